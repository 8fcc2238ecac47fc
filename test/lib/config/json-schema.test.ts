/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import t from 'tap'
import { parse } from 'yaml'
import { readDocument } from '../../../lib/config/document.ts'
import { jsonSchema } from '../../../lib/config/json-schema.ts'
import { fileSchema } from '../../../lib/config/schema.ts'
import { createCheck } from '../../../lib/config/validate.ts'

const root = join(import.meta.dirname, '../../..')
const example = readFileSync(join(root, 'dockstat.yaml'), 'utf8')

const ajv = new Ajv({ strict: false, allErrors: true })
const validate = ajv.compile(JSON.parse(jsonSchema()))
const check = createCheck(fileSchema)

/** Whether an editor accepts a file: it reads numbers, booleans and null as such, and knows no variables. */
const isAccepted = (yaml: string) => validate(parse(yaml, { merge: true }))

/** Whether the service accepts a file. */
function isValid (yaml: string): boolean {
  const { data, problems } = readDocument(yaml, 'dockstat.yaml', { TEXT: 'text', NUMBER: '5000', FLAG: 'true' })
  return problems.length === 0 && 'data' in check(data)
}

t.test('is the schema in the repository; `npm run schema` updates it', async t => {
  t.equal(readFileSync(join(root, 'dockstat.schema.json'), 'utf8'), jsonSchema())
})

t.test('accepts dockstat.yaml, with and without its examples, which name the schema', async t => {
  t.match(example, /^# yaml-language-server: \$schema=\.\/dockstat\.schema\.json\n/)
  t.ok(isAccepted(example), ajv.errorsText(validate.errors))
  t.ok(isAccepted(example.replaceAll(/^#(?= {2})/gm, '')), ajv.errorsText(validate.errors))
})

t.test('refuses typos and wrong values', async t => {
  for (const yaml of [
    'mintimout: 5000',
    'mintimout:',
    'mintimeout: soon',
    'mintimeout: 5',
    'docs: {public: yes}',
    'docs: {private: true}',
    'metrics: {profile: cadviser}',
    'labels: one',
    'labels: [{}]',
    'log: logs/dockstat.log',
    'hosts: {nas: }',
    'hosts: {nas: {port: 2375}}',
    'hosts: {nas: {url: nas, tls: {cacert: ca.pem}}}',
    'container: {web: {links: https://example.com}}'
  ]) {
    t.notOk(isValid(yaml), yaml)
    t.notOk(isAccepted(yaml), yaml)
  }
})

t.test('describes values as the documentation does, with what their format allows', async t => {
  const { properties } = JSON.parse(jsonSchema())
  t.equal(properties.resync.description, fileSchema.properties.resync.description)
  const { token } = properties.auth.properties
  t.match(token.description, /^Token that .*random one, unless .*\. Must be non-empty text without/)
  t.match(properties.filter.properties.include.items.description, /^Must be a name, image:/)
  t.match(properties.server.properties.limits.properties.urlLength, { default: 8192, minimum: 256, maximum: 1_048_576 })
})

interface Schema {
  readonly type?: unknown
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
}

/** The paths of all keys in a schema; `x` stands for a name chosen by the user. */
function paths ({ properties = {}, additionalProperties }: Schema): string[][] {
  const named = typeof additionalProperties === 'object' ? { x: additionalProperties } : {}
  return Object.entries({ ...properties, ...named })
    .flatMap(([key, schema]) => [[key], ...paths(schema).map(path => [key, ...path])])
}

/** YAML with one value, and the address that hosts need. */
function yamlOf (path: string[], value: string): string {
  const inner = path.reduceRight((inner, key) => `{${key}: ${inner}}`, value)
  const needsUrl = path[0] === 'hosts' && path.length > 2 && path[2] !== 'url' && path[2] !== 'context'
  return needsUrl ? inner.replace('{x: {', '{x: {url: nas, ') : inner
}

const SCALARS = [
  '', 'null', '~', 'true', 'false', '"true"', '5000', '"5000"', '" 5000 "', '05000', '+5000', '0x1388', '5e3', '5000.0',
  '-1', '.5', '1.40', '2026-11-28', 'text', '"null"', '"*"', 'none', 'default', 'image:x', 'logs/x.log', '127.0.0.1',
  'tcp://nas:2375', 'https://example.com', '"${TEXT}"', '"${NUMBER}"', '"${FLAG}"', '"${NONE:-5000}"',
  '"$$"'
]
const VALUES = [...SCALARS, ...SCALARS.map(value => `[${value}]`), '[text, ]', '{}', '{x: }', '{x: text}', '{x: {}}']

t.test('is never stricter than the service', async t => {
  let accepted = 0
  for (const path of paths(fileSchema)) {
    for (const yaml of VALUES.map(value => yamlOf(path, value)).filter(isValid)) {
      accepted++
      if (!isAccepted(yaml)) t.fail(`${yaml}: ${ajv.errorsText(validate.errors)}`)
    }
  }
  t.ok(accepted > 500, `${accepted} files are valid`)
})
