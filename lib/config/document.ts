import {
  isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit,
  type Document, type Pair, type ParsedNode, type Scalar, type YAMLError
} from 'yaml'
import { messageOf } from '../errors.ts'
import { shown, type Violation } from './validate.ts'

const VARIABLE = /\$\{([A-Za-z_]\w*)\}/g
const MASK = '******'

/** What messages of the YAML library quote from the file; it may be a token that wants quotes around it. */
const QUOTED = /(?<=extra characters|YAML token|YAML stream|YAML document|escape sequence)[: ].*/s
const WORDING: Partial<Record<YAMLError['code'], string>> = {
  MULTIPLE_DOCS: 'there must be one document only, without a second ---',
  NON_STRING_KEY: 'a key must be text',
  TAG_RESOLVE_FAILED: 'text that starts with ! needs quotes; no YAML tags are known'
}

/** A configuration file that has been read: all scalars are text, the environment is filled in. */
export interface ConfigDocument {
  /** Null where the YAML cannot be read. */
  data: unknown
  /** One line a problem, `file:line:column: …`: YAML that cannot be read, variables that are not set. */
  problems: string[]
  /** Paths of values with variables that are not set. */
  unset: ReadonlySet<string>
  /** A violation as `file:line:column: path: what is wrong, got what`. */
  describe (violation: Violation): string
  /** Keys of a map in the order of the file; objects would put integers first. */
  keys (key: string): string[]
  /** The text with the scalar at `path` masked, and every other place where one of `secrets` stands. */
  masked (path: string[], secrets: string[]): string
}

/** Empty values and YAML's null mean the same as leaving the key out. */
const isAbsent = ({ value }: Pair) => value === null ||
  (isScalar(value) && !value.anchor && value.type === 'PLAIN' && /^(|~|null)$/i.test(String(value.source)))

interface Entry {
  key: ParsedNode | null
  value: ParsedNode | null
}

function entryOf (node: ParsedNode | null, name: string): Entry | undefined {
  if (isMap<ParsedNode, ParsedNode>(node)) return node.items.find(({ key }) => String(key) === name)
  const item = isSeq<ParsedNode>(node) ? node.items[Number(name)] : undefined
  return item && { key: item, value: item }
}

/** What stands at `path`, or at the last part of it that is there. */
function find (doc: Document.Parsed, path: readonly string[]): Entry {
  let found: Entry = { key: doc.contents, value: doc.contents }
  for (const name of path) {
    const entry = entryOf(found.value, name)
    if (!entry) break
    found = entry
  }
  return found
}

/** A wrong value as messages quote it; an alias by its name, it may stand for a secret. */
function quote (node: ParsedNode | null): string {
  if (isScalar(node)) return shown(node.source)
  if (isAlias(node)) return `*${node.source}`
  return isMap(node) ? 'a map' : 'a list'
}

type Report = (name: string, node: Scalar, path: string) => void

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

/** What keeps a document from being read, a line each. */
function unreadable (doc: Document.Parsed, where: (offset?: number) => string): string[] {
  const problems = [...doc.errors, ...doc.warnings]
    .map(({ pos, code, message }) => `${where(pos[0])}: ${WORDING[code] ?? message.replace(QUOTED, '')}`)
  visit(doc, {
    Alias (_key, alias) {
      if (alias.resolve(doc)) return
      const complaint = 'no anchor before this has its name; text that starts with * needs quotes'
      problems.push(`${where(alias.range?.[0])}: ${complaint}`)
    }
  })
  return problems
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
  const doc = parseDocument(source, { schema: 'failsafe', stringKeys: true, lineCounter, prettyErrors: false })
  const where = (offset = 0) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const problems = unreadable(doc, where)
  const isReadable = problems.length === 0
  const unset = new Set<string>()
  fillIn(doc, env, (name, node, path) => {
    unset.add(path)
    problems.push(`${where(node.range?.[0])}: ${path}: the environment variable ${name} is not set`)
  })
  let data: unknown = null
  try {
    if (isReadable) data = doc.toJS() ?? {}
  } catch (error) {
    problems.push(`${where()}: ${messageOf(error)}`) // aliases that multiply without end
  }
  return {
    data,
    problems,
    unset,
    describe ({ path, at, message, isPublic }) {
      const node = find(doc, path)[at]
      const complaint = isPublic ? `${message}, got ${quote(node)}` : message
      return [where(node?.range[0]), path.join('.'), complaint].filter(Boolean).join(': ')
    },
    keys (key) {
      const map = doc.get(key)
      return isMap(map) ? map.items.map(item => String(item.key)) : []
    },
    masked (path, secrets) {
      const node = doc.getIn(path, true)
      const scalar = isAlias(node) ? node.resolve(doc) : node
      const [start, end] = (isScalar(scalar) && scalar.range) || [0, 0]
      const literal = source.slice(start, end).trimEnd()
      const text = literal ? source.slice(0, start) + MASK + source.slice(start + literal.length) : source
      return secrets.reduce((masked, secret) => masked.replaceAll(secret, MASK), text)
    }
  }
}
