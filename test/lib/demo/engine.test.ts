import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import t, { type Test } from 'tap'
import { DemoEngine } from '../../../lib/demo/engine.ts'
import { fleet } from '../../../lib/demo/fleet.ts'
import { plots } from '../../../lib/demo/plots.ts'
import { Story } from '../../../lib/demo/story.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import type { ContainerSummary, EngineEvent } from '../../../lib/engine/wire.ts'
import { folder } from '../../support/folder.ts'
import { until } from '../../support/until.ts'

const BEGIN = 1_795_000_000

/** The Engine of a host at a time that the test sets, and our client for it. */
async function start (t: Test, name: string) {
  const host = fleet.find(host => host.name === name)
  if (!host) throw new Error('no host')
  const cwd = folder(t)
  const socketPath = join(cwd, 'engine.sock')
  const clock = { seconds: BEGIN }
  const engine = new DemoEngine({ host, story: new Story(BEGIN), path: socketPath, now: () => clock.seconds * 1000 })
  await engine.open()
  const client = new EngineClient({ address: `unix://${socketPath}` })
  t.teardown(async () => {
    await client.close()
    await engine.close()
  })
  const go = async (seconds: number) => {
    clock.seconds = BEGIN + seconds
    await engine.step()
  }
  const find = async (wanted: string): Promise<ContainerSummary> => {
    const found = (await client.containers()).find(({ names }) => names.includes(`/${wanted}`))
    if (!found) throw new Error(`no container ${wanted}`)
    return found
  }
  const ask = (path: string) => new Promise<{ statusCode: number | undefined, body: unknown }>(resolve =>
    request({ socketPath, path }, async response =>
      resolve({ statusCode: response.statusCode, body: await json(response) })).end())
  return { client, engine, go, find, ask, cwd }
}

t.test('introduces itself as Docker 28', async t => {
  const { client, ask } = await start(t, 'nas')
  t.match(await client.server(),
    { kind: 'docker', version: '28.5.2', apiVersion: '1.51', osType: 'linux', oneShot: 'direct', date: BEGIN * 1000 })
  t.strictSame(await client.info(), {
    id: 'demo-nas',
    name: 'nas',
    operatingSystem: 'Debian GNU/Linux 13 (trixie)',
    osType: 'linux',
    cpus: 8,
    memoryBytes: 32 * 1024 ** 3
  })
  t.match(await ask('/version'), { statusCode: 200, body: { Version: '28.5.2', ApiVersion: '1.51' } })
})

t.test('lists all containers as Docker does, newest first', async t => {
  const { client, go } = await start(t, 'web')
  await go(1)
  const list = await client.containers()
  t.equal(list.length, 16)
  t.strictSame(list.map(({ created }) => created), list.map(({ created }) => created).sort((a, b) => b - a))
  for (const { uptime, state, names } of list) t.equal(uptime !== null, state === 'running', String(names))
  t.match(list.find(({ names }) => names[0] === '/shop-web-1'), {
    image: 'ghcr.io/example/shop-web:2.9.1',
    state: 'running',
    health: 'healthy',
    networkMode: 'shop_default',
    networks: ['shop_default'],
    labels: { 'com.docker.compose.project': 'shop' }
  })
})

t.test('shows the details of a container', async t => {
  const { client, find, go } = await start(t, 'web')
  await go(plots.leaks.first + 1)
  t.match(await client.inspect((await find('shop-worker-1')).id), {
    state: 'restarting',
    exitCode: 137,
    oomKilled: true,
    restartCount: Number,
    startedAt: String,
    health: null,
    limits: { cpus: 1, memoryBytes: 512 * 1024 ** 2, pids: 100 }
  })
  t.match(await client.inspect((await find('traefik')).id),
    { state: 'running', health: 'healthy', limits: { cpus: null, memoryBytes: null, pids: null } })
})

t.test('shows every state and health in its list', async t => {
  const { client, find, go } = await start(t, 'web')
  await go(plots.sick.first + 1)
  t.match(await find('shop-api-2'), { state: 'running', health: 'unhealthy' })
  await go(plots.deployments.first + 1)
  t.equal((await client.containers()).length, 15)
  await go(plots.deployments.first + 5)
  t.match(await find('shop-api-1'), { state: 'running', health: 'starting' })
  await go(plots.leaks.first + 1)
  t.match(await find('shop-worker-1'), { state: 'restarting', health: null })
  const nas = await start(t, 'nas')
  t.match(await nas.find('restic-backup'), { state: 'exited', uptime: null })
})

t.test('samples only what runs, with counters that grow by what was used', async t => {
  const { client, find, go } = await start(t, 'nas')
  const { id } = await find('nextcloud-app')
  const before = await client.stats(id)
  await go(10)
  const after = await client.stats(id)
  if (!before || !after) return t.fail('no sample')
  const cores = (Number(after.cpu.total) - Number(before.cpu.total)) / 10e9
  t.ok(cores > 0.05 && cores < 1, String(cores))
  t.ok(Number(after.networks?.eth0?.rxBytes) > Number(before.networks?.eth0?.rxBytes))
  t.ok(Number(after.blockIo?.['259:0']?.writeBytes) > Number(before.blockIo?.['259:0']?.writeBytes))
  t.equal(after.cpu.user, Number(after.cpu.total) - Number(after.cpu.system))
  t.equal(after.memory.limit, 32 * 1024 ** 3)
  t.ok(Number(after.memory.usage) > Number(after.memory.inactiveFile))
  t.match(after, { read: new Date((BEGIN + 10) * 1000).toISOString(), pids: { limit: null } })
  t.equal(await client.stats((await find('restic-backup')).id), null)
})

t.test('containers can have limits, the host\'s network, or that of another container', async t => {
  const web = await start(t, 'web')
  t.match(await web.client.stats((await web.find('shop-web-1')).id),
    { memory: { limit: 1024 ** 3 }, pids: { limit: 200 }, cpu: { periods: Number } })
  t.match(await web.client.stats((await web.find('monitoring-node-exporter')).id), { networks: null })
  const nas = await start(t, 'nas')
  const [owner, joined] = [await nas.find('media-gluetun'), await nas.find('media-qbittorrent')]
  t.match(joined, { networkMode: `container:${owner.id}`, networks: [] })
  const [own, shared] = [await nas.client.stats(owner.id), await nas.client.stats(joined.id)]
  t.ok(Number(shared?.networks?.eth0?.rxBytes) > 0)
  t.type(own?.networks?.eth0?.rxBytes, 'number')
})

t.test('memory leaks until the limit', async t => {
  const { client, find, go } = await start(t, 'web')
  const { id } = await find('shop-worker-1')
  await go(plots.leaks.first - 1)
  const full = await client.stats(id)
  t.ok(Number(full?.memory.usage) <= Number(full?.memory.limit))
  await go(plots.leaks.first + 10)
  t.ok(Number((await client.stats(id))?.memory.usage) < Number(full?.memory.usage) / 2)
})

t.test('has neither other containers nor other paths', async t => {
  const { client, ask } = await start(t, 'pi')
  await t.rejects(client.inspect('abc'), { code: 'ENGINE_GONE' })
  t.strictSame(await ask('/v1.51/images/json'), { statusCode: 404, body: { message: 'page not found' } })
})

t.test('sends events as they happen, and those since a time', async t => {
  const { client, go } = await start(t, 'nas')
  const ending = new AbortController()
  const seen: EngineEvent[] = []
  let isOpen = false
  await go(30)
  const reading = (async () => {
    for await (const event of client.events(BEGIN, ending.signal, () => { isOpen = true })) seen.push(event)
  })().catch(() => {})
  await until(() => isOpen && seen.length > 0)
  await go(60)
  await until(() => seen.length >= 3)
  ending.abort()
  await reading
  t.match(seen, [
    { action: 'start', name: 'restic-backup', image: 'restic/restic:0.18.0', time: BEGIN + 20 },
    { action: 'die', name: 'media-bazarr', exitCode: 1, labels: { 'com.docker.compose.project': 'media' } },
    { action: 'start', name: 'media-bazarr', exitCode: null }
  ])
})

t.test('sends only new events if no time is given', async t => {
  const { go, cwd } = await start(t, 'nas')
  await go(30)
  const response = await new Promise<IncomingMessage>(resolve =>
    request({ socketPath: join(cwd, 'engine.sock'), path: '/events' }, resolve).end())
  await go(60)
  const [chunk] = await once(response, 'data')
  t.match(JSON.parse(String(chunk).split('\n')[0] ?? ''), { Action: 'die', Actor: { Attributes: { exitCode: '1' } } })
})

t.test('tells about deployments in the order of Docker', async t => {
  const { client, go } = await start(t, 'web')
  await go(plots.deployments.first + 30)
  const actions: string[] = []
  const { signal } = new AbortController()
  for await (const { action, name } of client.events(BEGIN + plots.deployments.first - 1, signal, () => {})) {
    if (name === 'shop-api-1') actions.push(action)
    if (actions.length === 6) break
  }
  t.strictSame(actions, ['kill', 'die', 'destroy', 'create', 'start', 'health_status'])
})

t.test('goes and comes', async t => {
  const { client, go } = await start(t, 'pi')
  t.equal((await client.containers()).length, 8)
  await go(125)
  await t.rejects(client.containers(), { code: 'ENGINE_UNREACHABLE' })
  await go(130)
  await go(181)
  t.equal((await client.containers()).length, 8)
})

t.test('leaves nothing behind', async t => {
  const { engine, cwd } = await start(t, 'pi')
  t.strictSame(readdirSync(cwd), ['engine.sock'])
  await engine.close()
  t.strictSame(readdirSync(cwd), [])
})
