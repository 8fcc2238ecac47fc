import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type Document, type Node, type Pair } from 'yaml'
import { shown, type Violation } from './validate.ts'

const VARIABLE = /\$\{([A-Za-z_]\w*)\}/g
const MASK = '******'

/** A configuration file that has been read: all scalars are text, the environment is filled in. */
export interface ConfigDocument {
  data: unknown
  /** One line a problem, `file:line:column: …`: YAML that cannot be read, variables that are not set. */
  problems: string[]
  /** A violation as `file:line:column: path: what is wrong, got what`. */
  describe (violation: Violation): string
  /** Keys of a map in the order of the file; objects would put integers first. */
  keys (key: string): string[]
  /** The text with the scalar at `path` masked, and every other place where one of `secrets` stands. */
  masked (path: string[], secrets: string[]): string
}

/** Empty values and YAML's null mean the same as leaving the key out. */
const isAbsent = ({ value }: Pair) =>
  isScalar(value) && value.type === 'PLAIN' && /^(|~|null)$/i.test(String(value.source))

function findPair (doc: Document, path: readonly string[]): Pair<Node, Node> | undefined {
  let node: unknown = doc.contents
  let found: Pair<Node, Node> | undefined
  for (const key of path) {
    if (!isMap<Node, Node>(node)) break
    const pair = node.items.find(item => isScalar(item.key) && item.key.value === key)
    if (!pair) break
    found = pair
    node = pair.value
  }
  return found
}

type Report = (name: string, node: Node, path: string) => void

/** Replaces `${NAME}` in every value and leaves out the empty ones. */
function fillIn (doc: Document, env: NodeJS.ProcessEnv, missing: Report) {
  visit(doc, {
    Pair: (_key, pair) => isAbsent(pair) ? visit.REMOVE : undefined,
    Scalar (key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return
      node.value = node.value.replace(VARIABLE, (_match, name: string) => {
        const path = ancestors.filter(isPair).map(pair => String(pair.key)).join('.')
        if (env[name] === undefined) missing(name, node, path)
        return env[name] ?? ''
      })
    }
  })
}

/**
 * Reads YAML. Scalars stay text (the failsafe schema), so that `0123` and `1.40` keep their digits; the schema of the
 * configuration says what becomes a number.
 * @param source the text of the file
 * @param file how messages call it
 * @param env the environment that `${NAME}` is replaced from
 */
export function readDocument (source: string, file: string, env: NodeJS.ProcessEnv): ConfigDocument {
  const lineCounter = new LineCounter()
  const doc = parseDocument(source, { schema: 'failsafe', lineCounter, prettyErrors: false })
  const where = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const problems = doc.errors.map(({ pos, message }) => `${where(pos[0])}: ${message}`)
  visit(doc, {
    Alias (_key, alias) {
      if (alias.resolve(doc)) return
      problems.push(`${where(alias.range?.[0] ?? 0)}: there is no anchor &${alias.source} before this`)
    }
  })
  fillIn(doc, env, (name, node, path) => {
    problems.push(`${where(node.range?.[0] ?? 0)}: ${path}: the environment variable ${name} is not set`)
  })
  return {
    data: problems.length === 0 ? doc.toJS() ?? {} : null,
    problems,
    describe ({ path, at, message, isPublic }) {
      const pair = findPair(doc, path)
      const node = at === 'key' ? pair?.key : pair?.value ?? doc.contents
      const value = isScalar(node) ? shown(node.source ?? '') : isMap(node) ? 'a map' : 'a list'
      const complaint = isPublic ? `${message}, got ${value}` : message
      return [where(node?.range?.[0] ?? 0), path.join('.'), complaint].filter(Boolean).join(': ')
    },
    keys (key) {
      const map = doc.get(key)
      return isMap(map) ? map.items.map(item => String(isScalar(item.key) ? item.key.value : item.key)) : []
    },
    masked (path, secrets) {
      const [start, end] = findPair(doc, path)?.value?.range ?? [0, 0]
      const text = start === end ? source : source.slice(0, start) + MASK + source.slice(end)
      return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
    }
  }
}
