import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Transition } from '../../lib/model/transition.ts'
import { until } from '../support/until.ts'
import { container, docker, inspect, isEmulated, isPodman, skip } from './docker.ts'
import { startProxy, type EngineProxy } from './proxy.ts'
import { serve, type Service } from './service.ts'

t.setTimeout(isEmulated ? 600_000 : 120_000)

const short = ({ action, exitCode, health, detail }: Transition) =>
  [action, exitCode, health, detail].filter(value => value !== null).join(' ')

/** What the service tells about one container, oldest first, once that many transitions are there. */
const toldOf = async ({ events }: Service, id: string, count: number): Promise<string[]> => {
  const told = await until(async () => {
    const own = (await events()).filter(({ container }) => container?.id === id)
    return own.length >= count ? own : null
  })
  return told.toReversed().map(short)
}

/** Starts the service with a proxy for the Engine, and waits until it hears events or knows that they are refused. */
async function watch (t: Test, prepare: (proxy: EngineProxy) => void = () => {}) {
  const proxy = await startProxy(t)
  prepare(proxy)
  const service = await serve(t, proxy.address)
  await until(() => service.snapshots().every(({ up, events }) => up && events !== 'connecting'))
  await service.polled()
  return { proxy, service }
}

t.test('What happens to a container is told in order, and nothing of what happened before', { skip }, async t => {
  const before = await container(t)
  await docker('kill', before)
  await sleep(2500) // the stream goes back by up to two seconds
  const { service } = await watch(t)
  const id = await container(t, { command: ['sh', '-c', 'trap "exit 3" TERM; while :; do sleep 0.1; done'] })
  const { Name } = await inspect(id)
  await docker('pause', id)
  await docker('unpause', id)
  await docker('rename', id, `${Name.slice(1)}-new`)
  t.teardown(() => docker('rm', '--force', id).catch(() => {}))
  await docker('kill', '--signal', 'TERM', id)
  await until(async () => (await inspect(id)).State.Status === 'exited')
  await docker('start', id)
  await docker('restart', '--time', '1', id)
  await docker('rm', '--force', id)
  const told = await toldOf(service, id, 12)
  const restart = isPodman ? ['restart', 'die', 'start'] : ['die', 'start', 'restart']
  t.strictSame(told.map(text => text.replace(/^die \d+$/, 'die')), [
    'create', 'start', 'pause', 'unpause', `rename ${Name.slice(1)}`, 'die', 'start', ...restart, 'die', 'destroy'
  ])
  t.equal(told[5], 'die 3')
  t.strictSame(await toldOf(service, before, 0), [])
})

t.test('What happened while the Engine was unreachable is told once it is back, once', { skip }, async t => {
  const { proxy, service } = await watch(t)
  const id = await container(t)
  await toldOf(service, id, 2)
  await proxy.cut()
  await until(() => service.snapshots().every(({ up }) => !up))
  await docker('kill', id)
  await docker('start', id)
  await proxy.restore()
  await until(() => service.snapshots().every(({ up, events }) => up && events === 'live'))
  t.strictSame(await toldOf(service, id, 4), ['create', 'start', 'die 137', 'start'])
  await service.polled()
  t.strictSame(await toldOf(service, id, 4), ['create', 'start', 'die 137', 'start'])
  const ofHost = (await service.events()).filter(({ container }) => container === null)
  t.strictSame(ofHost.map(({ action }) => action), ['host-up', 'host-down'])
})

t.test('Where events are refused, lists tell what happens', { skip }, async t => {
  const { service } = await watch(t, proxy => { proxy.refuses = path => path.endsWith('/events') })
  const id = await container(t, { command: ['sh', '-c', 'sleep 1; exit 4'] })
  t.strictSame((await toldOf(service, id, 3)).at(-1), 'die 4')
  await docker('rm', '--force', id)
  t.equal((await toldOf(service, id, 4)).at(-1), 'destroy')
})

// Without systemd, Podman runs no health checks.
if (!isPodman) {
  t.test('Changes of health and a lack of memory appear', { skip }, async t => {
    const { service } = await watch(t)
    const check = ['--health-cmd', 'test -e /well', '--health-interval', '1s', '--health-retries', '1']
    const id = await container(t, { options: [...check, '--memory', '16m'] })
    const told = async (action: string) => (await toldOf(service, id, 1)).filter(text => text.startsWith(action))
    await until(async () => (await told('health')).length === 1)
    await docker('exec', id, 'touch', '/well')
    await until(async () => (await told('health')).length === 2)
    t.strictSame(await told('health'), ['health unhealthy', 'health healthy'])
    await docker('exec', id, 'sh', '-c', 'head -c 64m /dev/zero | tail').catch(() => {})
    t.ok(await until(async () => (await told('oom')).length > 0))
  })
}
