import type { ContainerSnapshot } from '../model/snapshot.ts'
import { InvalidQuery } from '../errors.ts'
import { glob } from '../model/glob.ts'
import { own } from '../model/own.ts'

/** What `/containers` can be asked for, besides hosts. */
export interface ContainerQuery {
  state: readonly string[]
  name: readonly string[]
  label: readonly string[]
}

/** Those of the Engines, and `unknown`, which is only so until the Engine's record has been read. */
const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead', 'unknown']

/** Each `*` of a glob multiplies the time that a text can take that hardly does not match. */
const MOST_STARS = 5

function check (parameter: string, values: readonly string[], allowed: readonly string[]) {
  const unknown = values.find(value => !allowed.includes(value))
  if (unknown !== undefined) throw new InvalidQuery(parameter, unknown, `one of ${allowed.join(', ')}`)
}

function readLabels (given: readonly string[], allowed: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, string[]>()
  for (const label of given) {
    const key = allowed.find(key => label.startsWith(`${key}=`))
    if (key === undefined) {
      const keys = allowed.map(key => `${key}=…`).join(', ')
      throw new InvalidQuery('label', label, keys ? `one of ${keys}` : 'left out: the configuration names no labels')
    }
    labels.set(key, [...labels.get(key) ?? [], label.slice(key.length + 1)])
  }
  return labels
}

/**
 * What a query selects: of each parameter any value, and all parameters; each label is a parameter of its own.
 * @param allowedLabels names of the labels that are shown
 * @throws InvalidQuery with what is allowed
 */
export function readContainerQuery (
  { state, name, label }: ContainerQuery,
  allowedLabels: readonly string[]
): (container: ContainerSnapshot) => boolean {
  check('state', state, STATES)
  const labels = [...readLabels(label, allowedLabels)]
  const odd = name.find(pattern => pattern === '' || pattern.split('*').length - 1 > MOST_STARS)
  if (odd !== undefined) throw new InvalidQuery('name', odd, `a name, where * is any text, ${MOST_STARS} times at most`)
  const names = name.map(glob)
  return container =>
    (state.length === 0 || state.includes(container.state)) &&
    (names.length === 0 || names.some(isMatch => isMatch(container.name))) &&
    labels.every(([key, values]) => values.some(value => value === own(container.labels, key)))
}

/**
 * The fields that are asked for, none for all.
 * @param given lists of fields with commas
 * @throws InvalidQuery with what is allowed
 */
export function readFields (given: readonly string[], allowed: readonly string[]): readonly string[] {
  const fields = given.flatMap(list => list.split(',')).map(field => field.trim()).filter(Boolean)
  check('fields', fields, allowed)
  return fields
}
