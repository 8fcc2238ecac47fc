import {
  isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit,
  type Document, type Node, type Pair, type ParsedNode, type YAMLError, type YAMLMap
} from 'yaml'
import { messageOf } from '../errors.ts'
import { shown, type Violation } from './validate.ts'
import { expand } from './variables.ts'

const MASK = '******'

/** The YAML library's messages quote the file, possibly an unquoted token. This matches those quotes. */
const QUOTED = /(?<=extra characters|YAML token|YAML stream|YAML document|escape sequence)[: ].*/s
const WORDING: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS: 'only one document is allowed; remove the second ---',
  NON_STRING_KEY: 'a key must be text',
  TAG_RESOLVE_FAILED: 'quote text that starts with !; YAML tags are not supported'
}

/** A parsed configuration file: all scalars are text, and variables are expanded. */
export interface ConfigDocument {
  /** Null if the YAML is invalid. */
  data: unknown
  /** One line per problem, `file:line:column: …`: invalid YAML and unset variables. */
  problems: string[]
  /** Paths of the values whose variables cannot be expanded. */
  unset: ReadonlySet<string>
  /** Formats a violation as `file:line:column: path: message, got value`. */
  describe (violation: Violation): string
  /** Keys of a map in file order; an object would put integer keys first. */
  keys (key: string): string[]
  /** The text of the file with the scalars at `paths` and all occurrences of `secrets` masked. */
  masked (paths: string[][], secrets: string[]): string
}

const isEmpty = (node: unknown) => node === null ||
  (isScalar(node) && !node.anchor && node.type === 'PLAIN' && /^(|~|null)$/i.test(String(node.source)))

/** Maps whose keys are names that the user chooses. An empty host is still a host; an empty tag says nothing. */
const NAMES = new Set(['hosts', 'tags', 'container'])

interface Entry {
  key: ParsedNode | null
  value: ParsedNode | null
}

const isMerge = ({ key }: Pair) => isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

const resolved = (doc: Document, node: unknown) => isAlias(node) ? node.resolve(doc) : node

/** The nodes that `<<` merges into a map, highest precedence first. In a valid file, all of them are maps. */
const sourcesOf = (doc: Document, map: YAMLMap): unknown[] => map.items.filter(isMerge)
  .flatMap(({ value }) => isSeq(value) ? value.items : [value]).map(node => resolved(doc, node))

function entryOf (doc: Document, node: ParsedNode | null, name: string): Entry | undefined {
  const target = resolved(doc, node)
  if (isMap<ParsedNode, ParsedNode>(target)) {
    const own = target.items.find(item => String(item.key) === name)
    const sources = sourcesOf(doc, target) as ParsedNode[]
    return own ?? sources.map(source => entryOf(doc, source, name)).find(entry => entry !== undefined)
  }
  const item = isSeq<ParsedNode>(target) ? target.items[Number(name)] : undefined
  return item && { key: item, value: item }
}

/** The entry at `path`, or at the longest part of it that exists. */
function find (doc: Document.Parsed, path: readonly string[]): Entry {
  let found: Entry = { key: doc.contents, value: doc.contents }
  for (const name of path) {
    const entry = entryOf(doc, found.value, name)
    if (!entry) break
    found = entry
  }
  return found
}

const keysOf = (doc: Document, map: YAMLMap): string[] => [
  ...map.items.filter(item => !isMerge(item)).map(({ key }) => String(key)),
  ...sourcesOf(doc, map).filter(source => isMap(source)).flatMap(source => keysOf(doc, source))
]

/** The scalar at `path`, as it is written, with its offset; nothing if there is none. */
function literalAt (doc: Document.Parsed, path: string[], source: string): [number, string][] {
  const inside = (node: ParsedNode | null, name: string) => entryOf(doc, node, name)?.value ?? null
  const scalar = resolved(doc, path.reduce(inside, doc.contents))
  const [start, end] = (isScalar(scalar) && scalar.range) || [0, 0]
  const literal = source.slice(start, end).trimEnd()
  return literal ? [[start, literal]] : []
}

type Ancestors = readonly (Document | Node | Pair)[]

const pathOf = (ancestors: Ancestors) => ancestors.filter(isPair).map(({ key }) => String(key))

/** Matches keys that may contain other keys or values, possibly a secret, because a space or a quote is missing. */
const SWALLOWED = /^[[{]|[:\p{Cc}]/u

/**
 * Formats the path of a key for messages; empty if the YAML is so invalid that the library had to guess what the keys
 * are, because it can take a secret for one.
 */
function shownPath ({ errors, warnings }: Document.Parsed, path: readonly string[]): string {
  const isGuess = [...errors, ...warnings].some(({ code }) => code !== 'DUPLICATE_KEY')
  return isGuess ? '' : path.map(key => SWALLOWED.test(key) ? '…' : key).join('.')
}

const joined = (...parts: string[]) => parts.filter(Boolean).join(': ')

/**
 * Quotes a wrong value in messages. Aliases are quoted by name, because they may refer to a secret; several lines not
 * at all, because they may contain one, for example after a lost quote.
 */
function quote (node: ParsedNode | null, source: string): string {
  if (isScalar(node)) {
    const [start, end] = node.range
    return source.slice(start, end).includes('\n') ? 'several lines' : shown(node.source)
  }
  if (isAlias(node)) return `*${node.source}`
  return isMap(node) ? 'a map' : 'a list'
}

type Report = (problem: string, offset: number | undefined, path: readonly string[]) => void

/** Expands the variables in all values, and makes empty values undefined, so that only their keys are checked. */
function fillIn (doc: Document, env: NodeJS.ProcessEnv, report: Report) {
  visit(doc, {
    Pair (_key, pair, ancestors) {
      if (!isEmpty(pair.value)) return undefined
      const [parent = '', ...rest] = pathOf(ancestors)
      const isName = rest.length === 0 && NAMES.has(parent)
      if (isName && parent !== 'hosts') return visit.REMOVE
      pair.value = isName ? doc.createNode({}) : undefined
      return visit.SKIP
    },
    Scalar (key, node, ancestors) {
      const path = pathOf(ancestors)
      const value = String(node.value)
      if (key === 'key') {
        const isVariable = value.includes('${')
        if (isVariable) report('variables are replaced in values, not in keys', node.range?.[0], path)
        return
      }
      const { text, problems } = expand(value, env)
      for (const problem of problems) report(problem, node.range?.[0], path)
      node.value = text
    }
  })
}

type Where = (offset?: number) => string

/**
 * Describes the duplicate key that an error of the YAML library is about, and where it was set first. `offset` is that
 * of the key, or of the end of the line before it if the value there is empty.
 */
function duplicateAt (doc: Document.Parsed, offset: number, where: Where): string {
  let start = Infinity
  let complaint = ''
  visit(doc, {
    Map (_key, map, ancestors) {
      const keys = map.items.map(item => item.key as ParsedNode)
      const key = keys.find(({ range }) => range[0] >= offset)
      const first = keys.find(other => String(other) === String(key))
      if (!key || !first || first === key || key.range[0] > start) return
      start = key.range[0]
      const path = shownPath(doc, [...pathOf(ancestors), String(key)])
      complaint = joined(where(start), path, `duplicate key; it is already set at ${where(first.range[0])}`)
    }
  })
  return complaint
}

/** Everything that makes the document invalid, one line each. */
function unreadable (doc: Document.Parsed, where: Where): string[] {
  const problems = [...doc.errors, ...doc.warnings].map(({ pos, code, message }) => {
    if (code === 'DUPLICATE_KEY') return duplicateAt(doc, pos[0], where)
    return `${where(pos[0])}: ${WORDING[code] ?? message.replace(QUOTED, '')}`
  })
  visit(doc, {
    Map (_key, map) {
      if (sourcesOf(doc, map).every(source => isMap(source))) return
      problems.push(`${where(map.range?.[0])}: << needs a map, such as *name, or a list of maps`)
    },
    Pair (_key, { key, value }) {
      const hasSwallowed = value === null && isScalar(key) && key.type === 'PLAIN' && /[:\s]/.test(String(key))
      if (hasSwallowed) problems.push(`${where(key.range?.[0])}: a key needs a colon and a space after it`)
    },
    Alias (_key, alias) {
      if (alias.resolve(doc)) return
      const complaint = 'no anchor with this name is defined above; quote text that starts with *'
      problems.push(`${where(alias.range?.[0])}: ${complaint}`)
    }
  })
  return problems
}

/**
 * Parses YAML with the failsafe schema: scalars stay text, so that `0123` and `1.40` keep their digits until the schema
 * of the configuration decides what becomes a number.
 * @param file name of the file in messages
 */
export function readDocument (source: string, file: string, env: NodeJS.ProcessEnv): ConfigDocument {
  const lineCounter = new LineCounter()
  const options = { schema: 'failsafe', stringKeys: true, merge: true } as const
  const doc = parseDocument(source, { ...options, lineCounter, prettyErrors: false })
  const where = (offset = 0) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const problems = unreadable(doc, where)
  const isReadable = problems.length === 0
  const unset = new Set<string>()
  fillIn(doc, env, (problem, offset, path) => {
    unset.add(path.join('.'))
    problems.push(joined(where(offset), shownPath(doc, path), problem))
  })
  let data: unknown = null
  try {
    if (isReadable) data = isEmpty(doc.contents) ? {} : doc.toJS()
  } catch (error) {
    problems.push(`${where()}: ${messageOf(error)}`) // exponentially growing aliases
  }
  return {
    data,
    problems,
    unset,
    describe ({ path, at, message, isPublic }) {
      const node = find(doc, path)[at]
      const complaint = isPublic ? `${message}, got ${quote(node, source)}` : message
      return joined(where(node?.range[0]), shownPath(doc, path), complaint)
    },
    keys (key) {
      const map = resolved(doc, doc.get(key, true))
      return isMap(map) ? keysOf(doc, map) : []
    },
    masked (paths, secrets) {
      const literals = new Map(paths.flatMap(path => literalAt(doc, path, source)))
      const text = [...literals].sort(([a], [b]) => b - a).reduce((masked, [start, { length }]) =>
        masked.slice(0, start) + MASK + masked.slice(start + length), source)
      return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
    }
  }
}
