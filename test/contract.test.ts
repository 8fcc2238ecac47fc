import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { build } from './support/build.ts'
import { containerList, startFakeEngine } from './support/fake-engine.ts'
import { until } from './support/until.ts'

const reference = readFileSync(join(import.meta.dirname, 'backend-api-reference.md'), 'utf8')
const headers = { authorization: 'marked-secret' }

/** The example of an endpoint in the published reference. */
function example (endpoint: string, language: string): string {
  const [, text = ''] = reference.split(`\n# \`${endpoint}\``)[1]?.split(`\`\`\`${language}\n`) ?? []
  return text.split('```')[0] ?? ''
}

type Rows = Record<string, Record<string, unknown>[]>
type Fields = Record<string, Record<string, unknown>>

const statsExample: Rows = JSON.parse(example('/stats', 'json'))
const hostsExample: Fields = JSON.parse(example('/hosts', 'json'))
const yaml = example('/config', 'yaml')

const typesOf = (fields: Record<string, unknown> = {}) =>
  Object.entries(fields).map(([name, value]) => `${name}: ${typeof value}`)

t.test('returns the published responses for the published configuration', async t => {
  const names = Object.values(statsExample).flat().map(({ name }) => `/${name}`)
  const containers = containerList(['/dozzle', ...names].map((name, index) => ({ id: `c${index}`, names: [name] })))
  const one = await startFakeEngine(t, { transport: 'tcp', containers })
  const two = await startFakeEngine(t, { transport: 'tcp', containers })
  const here = (text: string, address: string, fake: string) =>
    text.replace(`url: ${address}\n    port: 2375`, `url: 127.0.0.1\n    port: ${new URL(fake).port}`)
  const running = here(here(yaml, '1.1.1.1', one.address), '2.2.2.2', two.address)
  const { app } = await build(t, { yaml: running })
  await until(() => app.stats.snapshots().every(({ up }) => up))

  const stats: Rows = (await app.inject({ url: '/stats', headers })).json()
  t.strictSame(Object.keys(stats), Object.keys(statsExample), 'hosts in file order')
  for (const row of Object.values(stats).flat()) {
    t.strictSame(typesOf(row), [...typesOf(statsExample.YourHost1?.[0]), 'image: string'])
  }
  t.match(stats.YourHost1?.[0], {
    name: 'dozzle',
    hostName: 'YourHost1',
    link: 'https://github.com',
    icon: 'minecraft.png',
    tags: 'private:violet-400,raspberry:red-200'
  })
  const [first] = stats.YourHost2 ?? []
  t.equal(first?.current_net_rx, first?.net_rx, 'the total counter at the first poll')

  const hosts: Fields = (await app.inject({ url: '/hosts', headers })).json()
  t.strictSame(Object.keys(hosts), Object.keys(hostsExample))
  for (const host of Object.values(hosts)) {
    const additions = ['up: boolean', 'lastSeen: string', 'error: object']
    t.strictSame(typesOf(host), [...typesOf(hostsExample.YourHost1), ...additions])
    t.match(host.memoryUsage, /^\d+\.\d\d$/)
    t.equal(host.error, null)
  }

  t.strictSame(parse((await app.inject({ url: '/config', headers })).body), parse(running))
  t.equal((await app.inject('/status')).body, 'UP')
})

t.test('serves the endpoints of the published table', async t => {
  const { app } = await build(t)
  const rows = [...reference.matchAll(/^\| (\/\w+) \| (yes|no) \| (\w+) \|/gm)]
  t.equal(rows.length, 4)
  for (const [, url = '', needsToken] of rows) {
    t.equal((await app.inject(url)).statusCode, needsToken === 'yes' ? 401 : 200, url)
    t.equal((await app.inject({ url, headers })).statusCode, 200, url)
  }
})
