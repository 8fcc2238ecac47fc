import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Pool } from 'undici'
import { containerList, startFakeEngine, type FakeEngine } from './support/fake-engine.ts'
import { start, type RunningService } from './support/start.ts'
import { until } from './support/until.ts'

/** Fewer than `server.limits.connections`, so that none has to be turned away. */
const CLIENTS = 1000
const HOSTS = ['a', 'b', 'c', 'd']
/** How often every host goes away and comes back. */
const FLAPS = 2
/** Milliseconds between a response and the next request of a client. */
const PAUSE = 500

const headers = { authorization: 'marked-secret' }
const containers = containerList([{ id: 'aa' }, { id: 'bb' }])

/** Lets an Engine go away and come back. */
async function flap ({ url }: RunningService, host: string, fake: FakeEngine) {
  const is = (up: boolean) => until(async () => {
    await sleep(50)
    return (await (await fetch(`${url}/hosts/${host}`, { headers })).json()).up === up
  })
  for (let times = 0; times < FLAPS; times++) {
    await is(true)
    await fake.close()
    await is(false)
    await fake.listen()
  }
  await is(true)
}

/** Clients that each keep a connection and request `/stats` until `signal` fires, every other one with its ETag. */
function connectClients (t: Test, { url }: RunningService, signal: AbortSignal) {
  const pool = new Pool(url, { connections: CLIENTS })
  t.teardown(() => pool.destroy())
  const counts = { connections: 0, sent: 0, answered: 0 }
  pool.on('connect', () => { counts.connections++ })
  const ask = async (etag: string) => {
    counts.sent++
    const request = { method: 'GET', path: '/stats', headers: { ...headers, 'if-none-match': etag } } as const
    const { statusCode, headers: { etag: next }, body } = await pool.request(request)
    const text = await body.text()
    const isWhole = statusCode === 200 && Object.keys(JSON.parse(text)).join() === HOSTS.join()
    if (!isWhole && statusCode !== 304) throw new Error(`${statusCode}: ${text}`)
    counts.answered++
    return String(next)
  }
  const use = async (client: number) => {
    for (let etag = ''; !signal.aborted;) {
      etag = await ask(client % 2 ? etag : '')
      await sleep(PAUSE)
    }
  }
  return { counts, ended: Promise.all(Array.from({ length: CLIENTS }, (_, client) => use(client))) }
}

t.test('answers every request of 1,000 clients while hosts go away and come back', async t => {
  const fakes = await Promise.all(HOSTS.map((_, index) =>
    startFakeEngine(t, { containers, transport: index % 2 ? 'tcp' : 'unix' })))
  const hosts = fakes.map(({ address }, index) => `${HOSTS[index]}: { url: '${address}' }`)
  const service = await start(t, { yaml: `mintimeout: 100\nhosts: { ${hosts} }`, env: { SECRET: 'marked-secret' } })
  const flapping = new AbortController()
  const clients = connectClients(t, service, flapping.signal)
  await until(() => clients.counts.connections === CLIENTS)
  const flaps = fakes.map((fake, index) => flap(service, String(HOSTS[index]), fake))
  await Promise.race([clients.ended, Promise.all(flaps)])
  flapping.abort()
  await clients.ended
  const { connections, sent, answered } = clients.counts
  t.equal(connections, CLIENTS, 'no connection is lost')
  t.equal(answered, sent, 'no response is lost')
  t.ok(sent >= 2 * CLIENTS, `${sent} requests`)
  t.equal(await (await fetch(`${service.url}/status`)).text(), 'UP')
  const stats = await (await fetch(`${service.url}/stats`, { headers })).json()
  t.strictSame(HOSTS.map(host => stats[host].length), [2, 2, 2, 2])
})
