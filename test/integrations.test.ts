import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { startDemo } from '../lib/demo/demo.ts'
import { build } from './support/build.ts'
import { folder } from './support/folder.ts'
import { MARK } from './support/secrets.ts'
import { until } from './support/until.ts'

const SERVICE = 'http://dockstat.lan:7070'

const page = readFileSync(join(import.meta.dirname, '../docs/integrations.md'), 'utf8')

const section = (name: string): string => page.split(/^## /m).find(text => text.startsWith(`${name}\n`)) ?? ''

const secret = { tag: '!secret', resolve: (name: string) => `secret ${name}` }

/** The blocks of code in a section, parsed; JSON is YAML. */
const blocks = (name: string, language: string): unknown[] =>
  [...section(name).matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, given]) => given === language)
    .map(([, , text = '']) => parse(text, { customTags: [secret] }))

/** The cells of the first table in a section. */
const table = (name: string): string[][] => section(name).split('\n').filter(line => line.startsWith('| '))
  .slice(1).map(line => line.slice(2, -2).split(' | ').map(cell => cell.replaceAll('`', '')))

/** The value at a path; throws if there is none. */
function valueAt (answer: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw new Error(`there is no ${path.join('.')}`)
    }
    return Object(value)[key]
  }, answer)
}

/** Answers requests to the service, which watches the hosts of the demo. */
async function start (t: Test) {
  const { file, engines } = await startDemo({ folder: folder(t), hours: 0 })
  const { app } = await build(t, { yaml: readFileSync(file, 'utf8').replace('mintimeout: 2000', 'mintimeout: 100') })
  t.teardown(() => Promise.all(engines.map(engine => engine.close())))
  const ask = async (url: string, headers = { authorization: `Bearer ${MARK}` } as Record<string, string>) => {
    if (!url.startsWith(SERVICE)) throw new Error(`${url} is another address`)
    const { statusCode, body } = await app.inject({ url: url.slice(SERVICE.length), headers })
    if (statusCode !== 200) throw new Error(`${url}: ${body}`)
    return body
  }
  const get = async (url: string): Promise<unknown> => JSON.parse(await ask(url))
  await until(async () => valueAt(await get(`${SERVICE}/containers/nas/media-jellyfin`), ['cpu', 'percent']) !== null)
  return { ask, get }
}

interface Mapping {
  field: string | Record<string, unknown>
  label: string
  format?: string
}

interface HomepageWidget {
  type: string
  url: string
  headers: Record<string, string>
  mappings: Mapping[]
}

type HomepageGroup = Record<string, Record<string, { widget: HomepageWidget }>[]>

/** Homepage takes a nested object as a path. */
const pathOf = (field: unknown): string[] => typeof field === 'string'
  ? [field]
  : Object.entries(Object(field)).flatMap(([key, inner]) => [key, ...pathOf(inner)])

t.test('Homepage finds the fields that it shows', async t => {
  const { get } = await start(t)
  const [groups] = blocks('Homepage', 'yaml') as [HomepageGroup[]]
  const widgets = groups.flatMap(group => Object.values(group).flat()).flatMap(service => Object.values(service))
  t.equal(widgets.length, 2)
  for (const { widget: { type, url, headers, mappings } } of widgets) {
    t.equal(type, 'customapi')
    t.match(headers, { Authorization: /^Bearer \{\{HOMEPAGE_VAR_\w+\}\}$/ })
    const answer = await get(url)
    for (const { field, format = 'text' } of mappings) {
      const value = valueAt(answer, pathOf(field))
      if (format === 'text') t.ok(['string', 'boolean'].includes(typeof value), String(pathOf(field)))
      else t.ok(Number.isFinite(Number(value)), String(pathOf(field)))
    }
  }
})

interface Sensor {
  unique_id: string
  value_template: string
  json_attributes_path?: string
  json_attributes?: string[]
}

interface Rest {
  resource: string
  headers: Record<string, string>
  sensor: Sensor[]
  binary_sensor?: Sensor[]
}

t.test('Home Assistant finds the fields of its templates and attributes', async t => {
  const { get } = await start(t)
  const [{ rest }] = blocks('Home Assistant', 'yaml') as [{ rest: Rest[] }]
  t.equal(rest.length, 2)
  const ids = new Set<string>()
  for (const { resource, headers, sensor, binary_sensor: binary = [] } of rest) {
    t.strictSame(headers, { Authorization: 'secret dockstat' })
    const answer = await get(resource)
    for (const { unique_id: id, value_template: template, ...attributes } of [...sensor, ...binary]) {
      ids.add(id)
      const [, path = ''] = /^\{\{ value_json\.([\w.]+) (?:\| .* )?\}\}$/.exec(template) ?? []
      t.not(valueAt(answer, path.split('.')), null, path)
      const { json_attributes_path: of = '$', json_attributes: names = [] } = attributes
      const parent = valueAt(answer, of.split('.').slice(1))
      for (const name of names) t.doesNotThrow(() => valueAt(parent, [name]), `${of}.${name}`)
    }
    for (const { value_template: template } of binary) t.match(template, /\.up }}$/)
  }
  t.equal(ids.size, 6)
  t.match(section('Home Assistant'), '`dockstat: Bearer YOUR_TOKEN`')
})

t.test('Uptime Kuma gets the values that it expects', async t => {
  const { ask, get } = await start(t)
  const rows = table('Uptime Kuma')
  t.equal(rows.length, 4)
  for (const [type, url = '', query = '', expected] of rows) {
    if (type === 'HTTP(s) - Keyword') t.match(await ask(url, {}), query)
    else t.equal(String(valueAt(await get(url), query.split('.'))), expected, query)
  }
  t.strictSame(blocks('Uptime Kuma', 'json'), [{ Authorization: 'Bearer YOUR_TOKEN' }])
})

t.test('Homarr can check the status without a token', async t => {
  const { ask } = await start(t)
  const url = table('Homarr').find(([field]) => field === 'Ping URL')?.[1] ?? ''
  t.equal(await ask(url, {}), 'UP')
})

interface Query {
  url: string
  columns: { selector: string, type: string }[]
}

t.test('Grafana finds the columns of its table', async t => {
  const { get } = await start(t)
  const [source] = blocks('Grafana', 'yaml')
  t.match(source, {
    datasources: [{
      type: 'yesoreyeram-infinity-datasource',
      jsonData: { auth_method: 'bearerToken', allowedHosts: [SERVICE] },
      secureJsonData: { bearerToken: '$DOCKSTAT_TOKEN' }
    }]
  })
  const [{ url, columns }] = blocks('Grafana', 'json') as [Query]
  const rows = await get(url) as unknown[]
  t.equal(rows.length, 40)
  const running = rows.filter(row => valueAt(row, ['state']) === 'running')
  for (const { selector, type } of columns) {
    const values = running.map(row => valueAt(row, selector.split('.'))).filter(value => value !== null)
    const isNumber = type === 'number'
    t.ok(values.length > 0 && values.every(value => (typeof value === 'number') === isNumber), selector)
  }
})
