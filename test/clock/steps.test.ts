import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { FakedClock, library } from '../../bench/faked-clock.ts'
import { authority } from '../certificates.ts'
import { containerList, startFakeEngine, type FakeEngine } from '../fake-engine.ts'
import { fakeSsh } from '../fake-ssh.ts'
import { fixture } from '../fixture.ts'
import { folder } from '../folder.ts'
import { start, type RunningService } from '../start.ts'
import { until } from '../until.ts'

const skip = library === null && 'libfaketime is not installed'
if (skip && process.env.REQUIRE_FAKETIME) throw new Error(`${skip}, and REQUIRE_FAKETIME is set`)

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))

/** Where each step puts the clock, hours ahead: an hour and thirty days, back and forth. */
const STEPS = [-1, 0, 1, 0, -30 * 24, 0, 30 * 24, 0]
const INTERVAL = 200

/** CPU time of a process so far, milliseconds. */
function cpuOf (pid: number | undefined): number {
  const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number)
  return (user + system) * 10
}

async function ask (service: RunningService, path: string) {
  const response = await fetch(service.url + path, { headers: { authorization: 'secret' } })
  return { age: Number(response.headers.get('age')), body: await response.json() }
}

const polls = ({ requests }: FakeEngine, id = 'aa') =>
  requests.filter(request => request.includes(`${id}/stats`)).length

/** Waits for so many more polls. @returns CPU time of the service meanwhile, milliseconds */
async function polled (service: RunningService, fake: FakeEngine, times = 8): Promise<number> {
  const [before, cpu] = [polls(fake), cpuOf(service.child.pid)]
  await until(() => polls(fake) >= before + times)
  return cpuOf(service.child.pid) - cpu
}

/** A container that uses half a CPU and receives 1,000 bytes a second, by the true time. */
function moves (fake: FakeEngine) {
  const begun = Date.now()
  fake.handler = (request, response) => {
    if (!request.url?.includes('aa/stats')) return false
    const seconds = (Date.now() - begun) / 1000 + 10
    response.end(JSON.stringify({
      ...recorded,
      read: new Date().toISOString(),
      cpu_stats: { cpu_usage: { total_usage: Math.round(seconds * 5e8) } },
      networks: { eth0: { rx_bytes: Math.round(seconds * 1000), tx_bytes: 0 } }
    }))
  }
}

async function serve (t: Test, yaml: string, env: NodeJS.ProcessEnv = {}) {
  const clock = new FakedClock(folder(t))
  const service = await start(t, { yaml, env: { SECRET: 'secret', ...clock.env, ...env } })
  return { clock, service }
}

t.test('the clock of the service is the one that the tests set', { skip }, async t => {
  const { clock, service } = await serve(t, 'hosts: { none: { url: "unix:///none" } }')
  const date = async () => Date.parse((await fetch(`${service.url}/status`)).headers.get('date') ?? '')
  for (const hours of [0, -1, 720]) {
    clock.set(hours)
    await until(async () => Math.abs(await date() - Date.now() - hours * 3_600_000) < 5000)
  }
  t.pass('at every step')
})

t.test('polls, ages, rates and CPU are the same whatever the clock does', { skip }, async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  moves(fake)
  const { clock, service } = await serve(t, `mintimeout: ${INTERVAL}\nhosts: { nas: { url: '${fake.address}' } }`)
  await polled(service, fake)
  const usual = await polled(service, fake)
  for (const hours of STEPS) {
    clock.set(hours)
    const cpu = await polled(service, fake)
    t.ok(cpu <= 5 * usual + 200, `${cpu} ms of CPU at ${hours} hours, ${usual} ms before`)
    const { age, body } = await ask(service, '/hosts/nas')
    t.ok(age <= 3, `${age} s old`)
    t.match(body, { up: true, problems: [], error: null })
    const { body: { cpu: { cores }, network: { rxBytesPerSecond } } } = await ask(service, '/containers/nas/aa')
    t.ok(Math.abs(cores - 0.5) < 0.2, `${cores} CPUs`)
    t.ok(Math.abs(rxBytesPerSecond - 1000) < 400, `${rxBytesPerSecond} bytes a second`)
  }
})

t.test('a frozen Engine never looks fresh, and a lost one is tried again and comes back', { skip }, async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const { clock, service } = await serve(t, `mintimeout: ${INTERVAL}\nhosts: { nas: { url: '${fake.address}' } }`)
  await polled(service, fake)
  const up = async () => (await ask(service, '/hosts/nas')).body.up
  for (const hours of [-1, 30 * 24]) {
    fake.handler = () => {}
    clock.set(hours)
    const begun = performance.now()
    await until(async () => (await ask(service, '/stats')).age >= 2 || await up() === false)
    t.ok(performance.now() - begun >= 1000, 'not before it was two seconds old')
    fake.handler = null
    await until(up)
    await fake.close()
    await until(async () => await up() === false)
    clock.set(-hours)
    const tries = async () => (await ask(service, '/hosts/nas')).body.pollErrors.ENGINE_UNREACHABLE
    const before = await tries()
    await until(async () => await tries() > before)
    await fake.listen()
    await until(up)
  }
  t.ok(await up())
})

t.test('a container whose stats hang is left alone, and asked again, whatever the clock does', { skip }, async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }, { id: 'bb' }]) })
  const { clock, service } = await serve(t, `mintimeout: ${INTERVAL}\nhosts: { nas: { url: '${fake.address}' } }`)
  fake.handler = request => request.url?.includes('bb/stats') ? undefined : false
  const problem = async () => (await ask(service, '/hosts/nas')).body.problems[0]
  await until(problem)
  t.match(await problem(), { what: 'stats', code: 'ENGINE_TIMEOUT', containers: ['bb'] })
  const asked = polls(fake, 'bb')
  for (const hours of [1, -1, 720]) {
    clock.set(hours)
    await polled(service, fake)
  }
  t.equal(polls(fake, 'bb'), asked, 'no step of the clock ends its quarantine early')
  fake.handler = null
  await until(async () => polls(fake, 'bb') > asked && await problem() === undefined)
})

t.test('TLS and ssh go on', { skip }, async t => {
  const tls = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const ssh = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  fakeSsh(t, ssh.address)
  const twoMonthsAgo = { ...process.env, LD_PRELOAD: library ?? '', FAKETIME: '-60d' }
  const { ca, issue } = await authority(t, 120, twoMonthsAgo)
  const { cert, key } = await issue('nas', { days: 120 })
  const socketPath = tls.address.slice('unix://'.length)
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, ({ url, headers }, response) => {
    request({ socketPath, path: url, headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
      response.once('close', () => answer.destroy())
    }).on('error', () => response.destroy()).end()
  })
  t.teardown(() => { server.close(); server.closeAllConnections() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const yaml = `mintimeout: ${INTERVAL}\nhosts:\n  tls: { url: 'https://127.0.0.1:${port}', tls: { ca: ${ca} } }\n` +
    '  ssh: { url: ssh://nas }\n'
  const { clock, service } = await serve(t, yaml)
  for (const hours of [0, ...STEPS]) {
    clock.set(hours)
    for (const fake of [tls, ssh]) await polled(service, fake, 5)
    const { body } = await ask(service, '/hosts')
    t.match(body, { tls: { up: true }, ssh: { up: true } }, `at ${hours} hours`)
  }
  const { body } = await ask(service, '/hosts/tls')
  t.ok(Date.parse(body.certificateExpiresAt) > Date.now())
})
