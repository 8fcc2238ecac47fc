import type { ContainerSummary } from '../engine/wire.ts'
import { glob } from '../model/glob.ts'
import { nameOf } from '../model/names.ts'
import { own } from '../model/own.ts'

/** Each pattern is a glob for names, `image:<glob>`, `label:<key>` or `label:<key>=<glob>`. */
export interface FilterLists {
  include: readonly string[]
  exclude: readonly string[]
}

type Described = Pick<ContainerSummary, 'id' | 'names' | 'image' | 'labels'>
type Rule = (container: Described) => boolean

/** Decides which containers of a host are shown and sampled. */
export interface ContainerFilter {
  /** Names of the labels that the filter reads. */
  labels: readonly string[]
  readsImage: boolean
  isShown: Rule
}

const IGNORE = 'dockstat.ignore'
const IMAGE = /^image:(.+)$/s
const LABEL = /^label:([^=]+)(?:=(.+))?$/s

function ruleOf (pattern: string): Rule {
  const [, key, value] = LABEL.exec(pattern) ?? []
  if (key !== undefined) {
    const isMatch = value === undefined ? () => true : glob(value)
    return ({ labels }) => {
      const label = own(labels, key)
      return label !== undefined && isMatch(label)
    }
  }
  const [, image] = IMAGE.exec(pattern) ?? []
  if (image !== undefined) {
    const isMatch = glob(image)
    return container => isMatch(container.image)
  }
  const isMatch = glob(pattern)
  return container => isMatch(nameOf(container))
}

/**
 * Combines lists of patterns. `exclude` wins over `include`; an empty `include` matches everything. Containers with the
 * label `dockstat.ignore: true` are always hidden.
 */
export function createFilter (...lists: readonly FilterLists[]): ContainerFilter {
  const include = lists.flatMap(({ include }) => include)
  const exclude = lists.flatMap(({ exclude }) => exclude)
  const included = include.map(ruleOf)
  const excluded = exclude.map(ruleOf)
  return {
    labels: [...include, ...exclude].flatMap(pattern => LABEL.exec(pattern)?.[1] ?? []),
    readsImage: [...include, ...exclude].some(pattern => IMAGE.test(pattern)),
    isShown (container) {
      if (own(container.labels, IGNORE) === 'true' || excluded.some(matches => matches(container))) return false
      return included.length === 0 || included.some(matches => matches(container))
    }
  }
}
