import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { environmentSchema } from '../lib/config/environment.ts'
import { fileSchema } from '../lib/config/schema.ts'
import { catalogue } from '../lib/errors.ts'
import { cadvisorOnly } from '../lib/views/metrics/cadvisor.ts'
import { containerFamilies } from '../lib/views/metrics/containers.ts'
import type { Family } from '../lib/views/metrics/family.ts'
import { hostFamilies } from '../lib/views/metrics/hosts.ts'
import { serviceFamilies } from '../lib/views/metrics/service.ts'
import { build } from './support/build.ts'

const root = join(import.meta.dirname, '..')
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
const readme = textOf('README.md')

/** The rows of the table with this heading, without the heading and the delimiter row. */
function table (file: string, heading: string): string[] {
  const [, rest = ''] = textOf(file).split(`\n${heading}\n`)
  return rest.split('\n\n')[0]?.trimEnd().split('\n').slice(1) ?? []
}

interface Schema {
  readonly default?: unknown
  readonly description?: string
  readonly type?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
}

const defaultOf = ({ default: value }: Schema) =>
  value === undefined || value === '' ? '–' : `\`${typeof value === 'object' ? JSON.stringify(value) : value}\``

function keyRows (schema: Schema, path: string[] = []): string[] {
  const { properties, additionalProperties, items, description } = schema
  if (description) return [`| \`${path.join('.')}\` | ${defaultOf(schema)} | ${description} |`]
  const rows = Object.entries(properties ?? {}).flatMap(([key, inner]) => keyRows(inner, [...path, key]))
  if (typeof additionalProperties === 'object') rows.push(...keyRows(additionalProperties, [...path, '<name>']))
  if (items) rows.push(...keyRows(items, [...path.slice(0, -1), `${path.at(-1)}[]`]))
  return rows
}

t.test('lists the configuration keys of the schema', async t => {
  t.strictSame(table('docs/configuration.md', '| Key | Default | Meaning |'), keyRows(fileSchema))
})

t.test('lists the environment variables of the schema', async t => {
  t.strictSame(table('docs/configuration.md', '| Variable | Default | Meaning |'), keyRows(environmentSchema))
})

t.test('lists all error codes', async t => {
  const codes = Object.values(catalogue).map(ErrorClass => {
    const { code, statusCode = 500 } = new ErrorClass('', '', '')
    return `| \`${code}\` | ${code.startsWith('ENGINE_') ? '–' : statusCode} |`
  })
  const rows = table('docs/api.md', '| Code | Status | Meaning |')
  t.strictSame(rows.map(row => row.split(' | ').slice(0, 2).join(' | ') + ' |'), codes)
})

type Named = Pick<Family<never>, 'name' | 'type' | 'help' | 'labels' | 'cadvisor'>

const containerMetrics: readonly Named[] = containerFamilies([])
const hostMetrics: readonly Named[] = hostFamilies

const metricRows = (families: readonly Named[], base: string[]) => families.map(({ name, type, labels = [], help }) => {
  const all = [...base, ...labels].map(label => `\`${label}\``).join(', ')
  return `| \`${name}\` | ${type} | ${all || '–'} | ${help} |`
})

t.test('lists the exported metrics', async t => {
  t.strictSame(table('docs/metrics.md', '| Metric | Type | Labels | Meaning |'), [
    ...metricRows(containerMetrics, ['docker_host', 'name']),
    ...metricRows(hostMetrics, ['docker_host']),
    ...metricRows(serviceFamilies, [])
  ])
})

t.test('lists the metrics exported under cAdvisor\'s names', async t => {
  const own: readonly Named[] = [...containerMetrics, ...hostMetrics]
  t.strictSame(table('docs/metrics.md', '| Name of cAdvisor | Type | The same as |'), [
    ...own.flatMap(({ name, type, cadvisor }) => cadvisor ? [`| \`${cadvisor}\` | ${type} | \`${name}\` |`] : []),
    ...cadvisorOnly.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`)
  ])
})

t.test('lists the routes, with the scope that they need', async t => {
  const scopes: Record<string, string> = { '/': 'no token', '/status': 'no token', '/openapi.json': 'docs' }
  const files = readdirSync(join(root, 'routes')).map(file => readFileSync(join(root, 'routes', file), 'utf8'))
  const served = files.flatMap(text => [...text.matchAll(/app\.(\w+)(?:<[^(]*>)?\('([^']+)'/g)])
    .map(([, method = '', url]) => `${method.toUpperCase()} ${url}`).sort()
  const rows = table('docs/api.md', '| Route | Scope | Answer |').map(row => row.split(' | '))
  t.strictSame(rows.map(([route]) => route?.slice(3, -1)), served)
  const { app } = await build(t, { onRoute: ({ url, config }) => { scopes[url] ??= config?.scope ?? 'any' } })
  for (const [route = '', scope] of rows) {
    const [, url = ''] = route.slice(3, -1).split(' ')
    t.equal(scopes[url], scope, url)
    t.equal((await app.inject(url)).statusCode === 401, scope !== 'no token', url)
  }
})

t.test('contains the documented commands, whose scripts exist', async t => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const command of ['start', 'run demo', 'test']) {
    t.match(readme, `\n\`\`\`sh\nnpm ci && npm ${command}\n\`\`\`\n`)
    t.type(scripts[command.replace('run ', '')], 'string')
  }
})
