import { once } from 'node:events'
import { connect } from 'node:net'
import { get, type IncomingMessage } from 'node:http'
import t, { type Test } from 'tap'
import { startFakeEngine } from './support/fake-engine.ts'
import { start } from './support/start.ts'
import { until } from './support/until.ts'

/** Sets the hard limit too, so the process cannot raise it again. */
const withLimit = (limit: number) => (command: string[]) =>
  ['bash', '-c', `ulimit -n ${limit}; exec "$@"`, 'bash', ...command]

/** Opens a new connection, which takes a descriptor. */
async function askAnew (url: string): Promise<IncomingMessage> {
  const [response] = await once(get(url, { agent: false }), 'response')
  return response.resume()
}

async function startHosts (t: Test, count: number, limit: number) {
  const engines = await Promise.all(Array.from({ length: count }, () => startFakeEngine(t)))
  const hosts = Object.fromEntries(engines.map(({ address }, index) => [`h${index}`, { url: address }]))
  const yaml = JSON.stringify({ hosts, mintimeout: 100, history: { disk: false } })
  const service = await start(t, { yaml, env: { SECRET: 'marked-secret' }, wrap: withLimit(limit) })
  const hostsNow = async () => {
    const response = await fetch(`${service.url}/hosts`, { headers: { authorization: 'marked-secret' } })
    return Object.values(await response.json() as Record<string, { up: boolean, error: string | null }>)
  }
  return { engines, service, hostsNow }
}

const HOSTS = 20

t.test('polls 20 hosts with 64 open files, and keeps responding', async t => {
  const { engines, service, hostsNow } = await startHosts(t, HOSTS, 64)
  await until(async () => {
    const { statusCode } = await askAnew(`${service.url}/status`)
    if (statusCode !== 200) throw new Error(`/status answers ${statusCode}`)
    return engines.every(({ requests }) => requests.length > 20)
  })
  t.equal((await hostsNow()).filter(({ up }) => up).length, HOSTS)
  const warnings = service.lines().filter(({ level }) => Number(level) >= 40).map(({ msg }) => String(msg))
  const [shortage, ...others] = warnings.filter(message => message.includes('The limit of 64 open files'))
  t.match(shortage, /leaves 20 of 20 hosts fewer connections .*; it leaves clients only 8 of the 5000 connections/)
  t.match(shortage, /ulimit -n 10164, LimitNOFILE=10164.*--ulimit nofile=10164/)
  t.strictSame(others, [])
  t.notMatch(service.stdout(), 'EMFILE')
})

t.test('polls as many of 60 hosts as 64 open files allow, and keeps responding', async t => {
  const { service, hostsNow } = await startHosts(t, 60, 64)
  const hosts = await until(async () => {
    const { statusCode } = await askAnew(`${service.url}/status`)
    if (statusCode !== 200) throw new Error(`/status answers ${statusCode}`)
    const hosts = await hostsNow()
    return hosts.every(({ up, error }) => up || error !== null) ? hosts : null
  })
  t.strictSame(hosts.map(({ up }) => up), [...Array(32).fill(true), ...Array(28).fill(false)], 'the first hosts')
  t.strictSame(hosts.slice(32).map(({ error }) => error), Array(28).fill('ENGINE_DESCRIPTORS'))
  t.match(service.lines().map(({ msg }) => msg).join('\n'), /leaves nothing for 28 of 60 hosts/)
})

t.test('rejects and logs clients that exceed the limit of open files', async t => {
  const { service } = await startHosts(t, 1, 64)
  const { hostname, port } = new URL(service.url)
  const sockets = Array.from({ length: 100 }, () => connect(Number(port), hostname).on('error', () => {}))
  t.teardown(() => sockets.forEach(socket => socket.destroy()))
  await Promise.all(sockets.slice(50).map(socket => once(socket, 'close')))
  await until(() => service.lines().some(({ msg }) => /Rejected connections: 8 clients/.test(String(msg))))
  sockets.forEach(socket => socket.destroy())
  const response = await until(() => fetch(`${service.url}/status`).catch(() => null))
  t.equal(await response.text(), 'UP')
})
