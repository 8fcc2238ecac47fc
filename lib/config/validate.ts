import { parse, resolve, sep } from 'node:path'
import { Ajv, type ErrorObject, type KeywordDefinition, type SchemaObject } from 'ajv'
import { memoize } from '../memoize.ts'
import { EVENTS, isEvent } from '../notify/events.ts'
import { nearest } from '../model/nearest.ts'
import { isProxy, PROXY_EXPECTED } from '../http/trust.ts'
import { CLUSTER_URL_EXPECTED, clusterAddress } from './cluster-url.ts'
import { ENGINE_ADDRESS_EXPECTED, engineAddress } from './engine-address.ts'

export interface Violation {
  path: readonly string[]
  /** Whether the key or its value is wrong. */
  at: 'key' | 'value'
  /** What is wrong and what is allowed; never contains the value. */
  message: string
  /** Whether the value can be quoted; false for secrets, and for a file that is not a map. */
  isPublic: boolean
}

export const TOKEN_EXPECTED = 'non-empty text without spaces or line breaks'
export const isToken = (text: string): boolean => /^[^\s\p{Cc}]+$/u.test(text)

/** Matches the start of a wildcard origin such as `https://*.example.com`. */
const ANY_SUBDOMAIN = /^(https?:\/\/)\*\.(?!\*)/

function isOrigin (text: string): boolean {
  const one = text.replace(ANY_SUBDOMAIN, '$1any.')
  return text === '*' || (!one.includes('*') && URL.canParse(one) && new URL(one).origin === one)
}

function isPublicUrl (text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, origin, pathname, href } = new URL(text)
  return /^https?:$/.test(protocol) && href === origin + pathname
}

const LOG_FILE_EXPECTED = 'the path of a file, or none to disable the log file; each name in the path ' +
  'can have at most 240 bytes, without control characters or any of < > " | ? * : \\'

/** Whether pino-roll accepts the path, and file systems accept its names with the number that pino-roll adds. */
function isLogFile (text: string): boolean {
  const { root, base } = parse(text)
  const names = text.slice(root.length).split(sep)
  const isName = (name: string) => !/[<>"|?*:\\\p{Cc}]/u.test(name) && Buffer.byteLength(name) <= 240
  return !resolve(text).startsWith('/dev/') && !text.endsWith(sep) && /[^.]/.test(base) && names.every(isName)
}

/** Our own formats, and what to tell users about them. */
export const formats: Record<string, { validate: (text: string) => boolean, expected: string }> = {
  'engine-url': { validate: text => engineAddress(text) !== null, expected: ENGINE_ADDRESS_EXPECTED },
  origin: {
    validate: isOrigin,
    expected: 'an origin such as https://example.com or https://*.example.com (without a path or trailing slash), ' +
      'a list of them, or *'
  },
  name: {
    validate: text => text.trim() !== '' && !/\p{Cc}/u.test(text),
    expected: 'a non-empty name without control characters'
  },
  'exact-name': {
    validate: text => /^[^*?\s]+$/.test(text),
    expected: 'an exact name; wildcards are not supported here'
  },
  'log-file': {
    validate: isLogFile,
    expected: LOG_FILE_EXPECTED
  },
  'container-pattern': {
    validate: text => /^(image:.+|label:[^=]+(=.+)?|[^:]+)$/s.test(text),
    expected: 'a name, image:<image>, label:<key> or label:<key>=<value>, where * matches any text'
  },
  'notify-event': {
    validate: isEvent,
    expected: `one of ${EVENTS.join(', ')}, or a map of one of them to its parameters`
  },
  'public-url': {
    validate: isPublicUrl,
    expected: 'a URL such as https://example.com/dockstat/, without user, query or fragment'
  },
  proxy: { validate: isProxy, expected: PROXY_EXPECTED },
  'file-mode': { validate: text => /^0?[0-7]{3}$/.test(text), expected: 'an octal mode such as 0660' },
  'socket-path': {
    validate: text => Buffer.byteLength(resolve(text)) <= 107,
    expected: 'a path that has at most 107 bytes with all its folders'
  },
  'cluster-url': { validate: text => clusterAddress(text) !== null, expected: CLUSTER_URL_EXPECTED },
  'cluster-prefix': {
    validate: text => /^[\w.:{}-]{1,100}$/.test(text),
    expected: 'up to 100 letters, digits and any of _ . : { } -'
  },
  sha256: { validate: text => /^[0-9a-f]{64}$/i.test(text), expected: '64 hexadecimal digits' },
  token: { validate: isToken, expected: TOKEN_EXPECTED }
}

interface EngineKeys {
  url?: unknown
  port?: unknown
  context?: unknown
  tls?: unknown
}

interface Rule {
  /** Whether the keys of an Engine are consistent. */
  holds (engine: EngineKeys): boolean
  /** The key to report a violation for. */
  key: string
  at: Violation['at']
  message: string
}

/** Custom schema keywords for Engines. */
const rules: Record<string, Rule> = {
  hasEndpoint: {
    holds: ({ url, context }) => url !== undefined || context !== undefined,
    key: 'url',
    at: 'key',
    message: 'is required unless context is set'
  },
  oneEndpoint: {
    holds: ({ url, port, context, tls }) => context === undefined || [url, port, tls].every(key => key === undefined),
    key: 'context',
    at: 'key',
    message: 'cannot be combined with url, port or tls, because the context defines the endpoint'
  },
  onePort: {
    holds: ({ url, port }) => typeof url !== 'string' || typeof port !== 'number' ||
      engineAddress(url) === null || engineAddress(url, port) !== null,
    key: 'port',
    at: 'value',
    message: 'must be omitted if url contains a port or a socket'
  },
  tlsOnTcp: {
    holds: ({ url, tls }) => tls === undefined || typeof url !== 'string' ||
      engineAddress(url, undefined, true)?.startsWith('https:') !== false,
    key: 'tls',
    at: 'key',
    message: 'must be omitted unless url is tcp:// or https://'
  }
}

const keywords: KeywordDefinition[] = Object.entries(rules).map(([keyword, { holds }]) =>
  ({ keyword, type: 'object', validate: (_isOn: boolean, engine: EngineKeys) => holds(engine) }))

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  coerceTypes: true,
  strictNumbers: false, // otherwise Infinity passes every limit
  useDefaults: true,
  allowUnionTypes: true,
  validateSchema: false, // a test does that, because compiling the meta-schema is slow
  code: { optimize: false }, // costs more than it saves, because checks run once
  formats,
  keywords
})

/** Quotes a value in messages, without the user and password of a URL, whatever characters they contain. */
export const shown = (value: string) => JSON.stringify(value.replace(/^([\w+.-]+:\/\/)?.*@/s, '$1***@'))

/** Describes the values that a schema allows. */
function allowed (schema: Record<string, unknown>): string {
  const { type, format, minimum, maximum, minItems, items, enum: values } = schema
  if (Array.isArray(values)) return `one of ${values.join(', ')}`
  if (typeof format === 'string' && formats[format]) return formats[format].expected
  if (type === 'integer') return `an integer from ${minimum} to ${maximum}`
  if (type === 'boolean') return 'true or false'
  if (type === 'array' && minItems !== undefined) return 'a list that is not empty'
  if (type === 'array') return (items as { type: unknown }).type === 'object' ? 'a list of maps' : 'a list of strings'
  return type === 'object' ? 'a map of keys to values' : 'text'
}

function violationOf ({ keyword, instancePath, params, propertyName, parentSchema = {} }: ErrorObject): Violation {
  const path = instancePath.split('/').slice(1).map(key => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (keyword === 'additionalProperties') {
    const known = Object.keys(parentSchema.properties)
    const key = String(params.additionalProperty)
    const near = nearest(key, known)
    const message = `unknown key.${near === null ? '' : ` Did you mean ${near}?`} Allowed: ${known.join(', ')}`
    return { path: [...path, key], at: 'key', message, isPublic: false }
  }
  if (propertyName !== undefined) {
    return { path: [...path, propertyName], at: 'key', message: `must be ${allowed(parentSchema)}`, isPublic: false }
  }
  if (keyword === 'required') {
    return { path: [...path, String(params.missingProperty)], at: 'key', message: 'is required', isPublic: false }
  }
  if (keyword === 'dependencies') {
    const message = `is required if ${params.property} is set`
    return { path: [...path, String(params.missingProperty)], at: 'key', message, isPublic: false }
  }
  const rule = rules[keyword]
  if (rule) return { path: [...path, rule.key], at: rule.at, message: rule.message, isPublic: rule.at === 'value' }
  const isPublic = path.length > 0 && parentSchema.writeOnly !== true
  return { path, at: 'value', message: `must be ${allowed(parentSchema)}`, isPublic }
}

const validatorOf = memoize((schema: SchemaObject) => ajv.compile(schema))

/**
 * Creates a check against a schema, which is compiled on first use. The check reports all violations. It coerces text
 * to numbers and booleans and fills in defaults in place.
 */
export function createCheck<T> (schema: SchemaObject): (data: unknown) => { data: T } | { violations: Violation[] } {
  return data => {
    const validate = validatorOf(schema)
    validate(data)
    if (!validate.errors) return { data: data as T }
    return { violations: validate.errors.filter(({ keyword }) => keyword !== 'propertyNames').map(violationOf) }
  }
}
