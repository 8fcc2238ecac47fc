import { fileSchema } from './schema.ts'
import { formats } from './validate.ts'

interface Schema {
  readonly [keyword: string]: unknown
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
}

type JsonSchema = Record<string, unknown>

/** Matches text with a variable, or with the `$$` of a literal `$`. */
const VARIABLE = '\\$'

function objectOf ({ properties = {}, additionalProperties, required, hasEndpoint }: Schema): JsonSchema {
  return {
    type: hasEndpoint ? ['object'] : ['object', 'null'],
    required,
    anyOf: hasEndpoint && [{ required: ['url'] }, { required: ['context'] }],
    properties: Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, convert(schema)])),
    additionalProperties: typeof additionalProperties === 'object' ? convert(additionalProperties) : false
  }
}

/** Accepts what the service reads as one of these types. To it, all scalars are text, and an empty value is none. */
function typed (types: readonly string[], { items, minimum, maximum, ...schema }: Schema): JsonSchema {
  if (types.includes('object') && types.length > 1) return { anyOf: types.map(type => typed([type], schema)) }
  if (types.includes('object')) return objectOf(schema)
  const list = { items: items && convert(items) }
  if (types.includes('string')) return { type: [...types, 'number', 'boolean', 'null'], ...list }
  if (types.includes('array')) return { type: [...types, 'null'], ...list }
  return { type: [...types, 'string', 'null'], minimum, maximum, pattern: `^(true|false)$|^\\s*[-+.\\d]|${VARIABLE}` }
}

/** Ends with what the format allows, because editors do not know our formats. */
function described ({ description, format }: Schema): string | undefined {
  const expected = format && formats[format]?.expected
  return [description, expected && `Must be ${expected}`].filter(Boolean).join('. ') || undefined
}

function convert (schema: Schema): JsonSchema {
  const { type = [], enum: values, default: initial } = schema
  const value = values
    ? { anyOf: [{ enum: [...values, null] }, { type: 'string', pattern: VARIABLE }] }
    : typed([type].flat(), schema)
  return { description: described(schema), default: JSON.stringify(initial) === '{}' ? undefined : initial, ...value }
}

/**
 * The text of dockstat.schema.json: a JSON Schema of the configuration file for editors. It accepts everything that the
 * service does, and more: checks that need code are left to the service.
 */
export function jsonSchema (): string {
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', title: 'DockStatAPI', ...objectOf(fileSchema) }
  return `${JSON.stringify(schema, null, 2)}\n`
}
