import { readFileSync } from 'node:fs'
import t from 'tap'
import { containerList, startFakeEngine, type FakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import type { RunningService } from '../support/start.ts'
import { until } from '../support/until.ts'
import { ask, INTERVAL, polled, serve, skip, STEPS } from './service.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))

/** CPU time of a process so far, milliseconds. */
function cpuOf (pid: number | undefined): number {
  const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
  const [user = 0, system = 0] = fields.split(' ').slice(11, 13).map(Number)
  return (user + system) * 10
}

/** CPU time and real time that the service takes until something has happened, milliseconds. */
async function costOf ({ child }: RunningService, happening: Promise<void>) {
  const [begun, cpu] = [performance.now(), cpuOf(child.pid)]
  await happening
  return { cpu: cpuOf(child.pid) - cpu, took: performance.now() - begun }
}

/** Simulates a container that uses half a CPU and receives 1,000 bytes per second of real time. */
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

t.test('tests can set the clock of the service', { skip }, async t => {
  const { clock, service } = await serve(t, 'hosts: { none: { url: "unix:///none" } }')
  const date = async () => Date.parse((await fetch(`${service.url}/status`)).headers.get('date') ?? '')
  for (const hours of [0, -1, 720]) {
    clock.set(hours)
    await until(async () => Math.abs(await date() - Date.now() - hours * 3_600_000) < 5000)
  }
  t.pass('at every step')
})

t.test('polls, ages, rates and CPU usage stay the same, whatever the clock does', { skip }, async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  moves(fake)
  const { clock, service } = await serve(t, `hosts: { nas: { url: '${fake.address}' } }`)
  await polled(fake)
  const usual = await costOf(service, polled(fake))
  for (const hours of STEPS) {
    clock.set(hours)
    const { cpu, took } = await costOf(service, polled(fake))
    t.ok(took >= 7 * INTERVAL - 50, `8 polls in ${Math.round(took)} ms at ${hours} hours`)
    t.ok(cpu <= 5 * usual.cpu + 500, `${cpu} ms of CPU meanwhile, ${usual.cpu} ms before`)
    const { age, body } = await ask(service, '/hosts/nas')
    t.ok(age <= 3, `${age} s old`)
    t.match(body, { up: true, problems: [], error: null })
    const { body: { cpu: { cores }, network: { rxBytesPerSecond } } } = await ask(service, '/containers/nas/aa')
    t.ok(Math.abs(cores - 0.5) < 0.1, `${cores} CPUs`)
    t.ok(Math.abs(rxBytesPerSecond - 1000) < 200, `${rxBytesPerSecond} bytes per second`)
  }
})

t.test('a frozen Engine never looks fresh, and a lost one is retried and recovers', { skip }, async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const { clock, service } = await serve(t, `hosts: { nas: { url: '${fake.address}' } }`)
  await polled(fake)
  const up = async () => (await ask(service, '/hosts/nas')).body.up
  for (const hours of [-1, 30 * 24]) {
    fake.handler = () => {}
    clock.set(hours)
    const begun = performance.now()
    await until(async () => (await ask(service, '/stats')).age >= 2 || await up() === false)
    t.ok(performance.now() - begun >= 1000, 'not before the data is two seconds old')
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
