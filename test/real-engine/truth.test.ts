import t from 'tap'
import { until } from '../support/until.ts'
import { container, docker, inspect, interfaceBytes, isEmulated, network, skip } from './docker.ts'
import { startProxy } from './proxy.ts'
import { serve } from './service.ts'

t.jobs = 2
t.setTimeout(isEmulated ? 600_000 : 120_000)

/** Fields of `/containers` and `/hosts`. */
interface Shown {
  state: string
  health: string | null
  image: string
  startedAt: string
  cpu: { cores: number | null }
  memory: { limitBytes: number }
  network: { scope: string, rxBytes: number | null }
}

/** Pings the gateway of a network from within the container. */
async function ping (id: string, name: string, times = 3) {
  const { NetworkSettings: { Networks } } = await inspect(id)
  const gateway = Networks[name]?.Gateway ?? ''
  await docker('exec', id, 'busybox', 'ping', '-c', String(times), '-i', '0.2', '-s', '1400', gateway)
}

t.test('counts the traffic of networks that a container leaves or joins', { skip }, async t => {
  const [first, second] = [await network(t), await network(t)]
  const command = ['sh', '-c', 'while :; do sleep 0.01; done']
  const id = await container(t, { options: ['--network', first], command })
  await docker('network', 'connect', second, id)
  await ping(id, second, 20)
  const service = await serve(t)
  const gains: number[] = []
  const seen = new Set<unknown>()
  const watching = setInterval(async () => {
    const [snapshot] = service.snapshots()
    const sample = snapshot?.containers.find(other => other.id === id)?.sample
    if (!sample || seen.has(sample)) return
    seen.add(sample)
    gains.push(sample.rxBytesDelta ?? 0)
  }, 10)
  t.teardown(() => clearInterval(watching))
  await until(() => gains.length >= 3)
  const { rx: counted } = await interfaceBytes(id)
  t.ok(Math.max(...gains) <= counted, 'starts with the whole counter')
  gains.length = 0
  await docker('network', 'disconnect', second, id)
  await until(async () => (await service.details<Shown>(id)).cpu.cores !== null && gains.length > 5)
  t.ok(Math.max(...gains) < 20_000, `${Math.max(...gains)} of ${counted} bytes were gained in a poll`)
  const { rx: before } = await interfaceBytes(id)
  gains.length = 0
  await docker('network', 'connect', second, id)
  await ping(id, second, 10)
  await service.polled()
  await until(async () => (await service.row(id)).net_rx === (await interfaceBytes(id)).rx)
  const { rx: after } = await interfaceBytes(id)
  const gained = gains.reduce((sum, gain) => sum + gain, 0)
  t.ok(Math.abs(gained - (after - before)) < 2000, `${gained} of ${after - before} bytes`)
})

t.test('shows the traffic of a container that joins its first network', { skip }, async t => {
  const name = await network(t)
  const id = await container(t, { options: ['--network', 'none'] })
  const { details } = await serve(t)
  await until(async () => (await details<Partial<Shown>>(id)).network?.scope === 'none')
  await docker('network', 'disconnect', 'none', id)
  await docker('network', 'connect', name, id)
  await ping(id, name)
  const { network: { rxBytes } } = await until(async () => {
    const told = await details<Shown>(id)
    return told.network.scope === 'own' && Number(told.network.rxBytes) > 2800 ? told : null
  })
  t.ok(Number(rxBytes) > 2800, `${rxBytes} bytes`)
})

t.test('keeps the image reference of a container when its tag moves to another image', { skip }, async t => {
  const tag = `dockstat-test:${Date.now()}`
  await docker('tag', 'busybox:local', tag)
  t.teardown(() => docker('rmi', '--force', tag))
  const id = await container(t, { image: tag })
  await docker('commit', id, tag)
  const listed = await docker('ps', '--no-trunc', '--filter', `id=${id}`, '--format', '{{.Image}}')
  t.match(listed, /^(sha256:)?[0-9a-f]{12,64}$/, 'the Engine only reports its ID')
  const shown = await serve(t)
  await until(async () => (await shown.details<Shown>(id)).image === tag)
  t.equal((await shown.row(id)).image, tag)
  const filters = [['exclude', false], ['include', true]] as const
  for (const [list, isShown] of filters) {
    const service = await serve(t, undefined, undefined, `filter: { ${list}: ['image:dockstat-test:*'] }`)
    await service.polled()
    if (isShown) await until(async () => (await service.rows()).some(row => row.id === id))
    else await until(async () => Number((await service.requests()).inspect) > 0)
    await service.polled()
    t.equal((await service.rows()).some(row => row.id === id), isShown, list)
  }
})

t.test('notices a restart and an update without events', { skip }, async t => {
  const proxy = await startProxy(t)
  proxy.refuses = path => path.endsWith('/events')
  const id = await container(t)
  const { details } = await serve(t, proxy.address, undefined, 'resync: 1000')
  const { startedAt } = await until(async () => {
    const told = await details<Shown>(id)
    return told.startedAt ? told : null
  })
  await until(async () => (await docker('ps', '--filter', `id=${id}`, '--format', '{{.Status}}')).includes('4 seconds'))
  await docker('restart', '--time', '0', id)
  t.ok(await until(async () => (await details<Shown>(id)).startedAt !== startedAt))
  await docker('update', '--memory', '64m', '--memory-swap', '64m', id)
  t.ok(await until(async () => (await details<Shown>(id)).memory.limitBytes === 64 * 2 ** 20))
})

t.test('does not inspect a container if its health stays the same', { skip }, async t => {
  const proxy = await startProxy(t)
  const id = await container(t, { options: ['--health-cmd', 'true', '--health-interval', '1s'] })
  const { details } = await serve(t, proxy.address)
  const inspections = () => proxy.requests.filter(path => path.endsWith(`${id}/json`)).length
  await until(async () => (await details<Shown>(id)).health === 'healthy')
  const checks = async () => (await docker('events', '--since', '20s', '--until', '0s',
    '--filter', `container=${id}`, '--filter', 'event=exec_die')).split('\n').length
  const first = await checks()
  await until(async () => await checks() >= first + 2)
  const before = inspections()
  await until(async () => await checks() >= first + 6)
  t.equal(inspections(), before)
})
