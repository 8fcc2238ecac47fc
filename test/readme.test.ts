import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { environmentSchema } from '../lib/config/environment.ts'
import { fileSchema } from '../lib/config/schema.ts'
import { catalogue } from '../lib/errors.ts'
import { cadvisorOnly } from '../lib/views/metrics/cadvisor.ts'
import { clusterFamilies } from '../lib/views/metrics/cluster.ts'
import { containerFamilies } from '../lib/views/metrics/containers.ts'
import type { Family } from '../lib/views/metrics/family.ts'
import { hostFamilies } from '../lib/views/metrics/hosts.ts'
import { serviceFamilies } from '../lib/views/metrics/service.ts'
import { build } from './support/build.ts'
import { containerList, startFakeEngine } from './support/fake-engine.ts'
import { fixture } from './support/fixture.ts'
import { until } from './support/until.ts'

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
    return `| \`${code}\` | ${/^(ENGINE_|REPLICA_)/.test(code) ? '–' : statusCode} |`
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
    ...metricRows(serviceFamilies, []),
    ...metricRows(clusterFamilies, [])
  ])
})

t.test('lists the metrics exported under cAdvisor\'s names', async t => {
  const own: readonly Named[] = [...containerMetrics, ...hostMetrics]
  t.strictSame(table('docs/metrics.md', '| Name of cAdvisor | Type | The same as |'), [
    ...own.flatMap(({ name, type, cadvisor }) => cadvisor ? [`| \`${cadvisor}\` | ${type} | \`${name}\` |`] : []),
    ...cadvisorOnly.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |`)
  ])
})

t.test('shows an answer of /hosts as it is', async t => {
  const engine = await startFakeEngine(t, {
    info: fixture('info.json'),
    stats: { a1: fixture('stats-blkio.json'), a2: fixture('v28/stats-one-shot.json') },
    containers: containerList([{ id: 'a1' }, { id: 'a2' }, { id: 'a3', state: 'exited' }])
  })
  const { app } = await build(t, { yaml: `hosts: { nas: { url: '${engine.address}' } }` })
  await until(() => app.stats.snapshots()[0]?.up)
  const { body } = await app.inject({ url: '/hosts', headers: { authorization: 'marked-secret' } })
  const [, shown = ''] = /\n```json\n(.*?)\n```\n/s.exec(readme) ?? []
  const { nas } = JSON.parse(body)
  t.equal(shown, JSON.stringify({ nas: { ...nas, lastSeen: '2026-11-28T21:04:10.512Z' } }, null, 2))
})

t.test('is at most 150 lines long, and 120 columns wide', async t => {
  const lines = readme.split('\n')
  t.ok(lines.length <= 151)
  t.strictSame(lines.filter(line => line.length > 120 && !line.startsWith('|')), [])
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
