import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { startDemo } from '../../../lib/demo/demo.ts'
import { build } from '../../support/build.ts'
import { folder } from '../../support/folder.ts'
import { MARK } from '../../support/secrets.ts'
import { until } from '../../support/until.ts'

const BEGIN = Date.parse('2026-11-01T12:00:00Z')

/** The service with the demo's Engines and its configuration file. Their clock runs, and the test can set it. */
async function start (t: Test) {
  const clock = { offset: BEGIN - Date.now() }
  const { file, engines } = await startDemo({ folder: folder(t), hours: 0, now: () => Date.now() + clock.offset })
  const { app } = await build(t, { yaml: readFileSync(file, 'utf8').replace('mintimeout: 2000', 'mintimeout: 100') })
  t.teardown(() => Promise.all(engines.map(engine => engine.close())))
  const get = async (url: string) => (await app.inject({ url, headers: { authorization: MARK } })).json()
  const go = async (seconds: number) => {
    clock.offset = BEGIN + seconds * 1000 - Date.now()
    await Promise.all(engines.map(engine => engine.step()))
  }
  return { get, go }
}

t.test('the service shows three hosts and forty containers', async t => {
  const { get } = await start(t)
  const hosts = await get('/hosts')
  t.match(hosts, { nas: { up: true, totalCPUs: 8 }, web: { up: true, totalCPUs: 16 }, pi: { up: true, totalCPUs: 4 } })
  t.equal(Object.values(await get('/stats')).flat().length, 40)
  const [jellyfin] = await get('/containers?name=media-jellyfin')
  t.match(jellyfin, {
    health: 'healthy',
    compose: { project: 'media', service: 'jellyfin' },
    link: 'https://jellyfin.example.com',
    tags: [{ name: 'media', colour: 'violet-400' }]
  })
})

t.test('nothing is unknown or wrong once it has been polled twice', async t => {
  const { get } = await start(t)
  await until(async () => {
    const containers: { state: string, cpu: { cores: number | null } }[] = await get('/containers?state=running')
    return containers.length === 39 && containers.every(({ cpu }) => cpu.cores !== null)
  })
  for (const host of ['nas', 'web', 'pi']) t.match(await get(`/hosts/${host}`), { problems: [], missingRights: [] })
})

t.test('a host goes and comes', async t => {
  const { get, go } = await start(t)
  t.match(await get('/hosts'), { pi: { up: true } })
  await go(130)
  await until(async () => (await get('/hosts')).pi.up === false)
  t.match(await get('/hosts'), { nas: { up: true }, web: { up: true } })
  await go(181)
  await until(async () => (await get('/hosts')).pi.up)
  t.equal((await get('/stats')).pi.length, 8)
})

t.test('the service sees all that happens', async t => {
  const { get, go } = await start(t)
  await get('/hosts')
  await go(1500)
  for (const action of ['die', 'oom', 'health', 'create', 'destroy', 'start']) {
    await until(async () => (await get(`/events?action=${action}`)).length > 0)
  }
  const [oom] = await get('/events?action=oom')
  t.match(oom, { host: 'web', container: { name: 'shop-worker-1' }, at: /^2026-11-01T12:07:00\.\d/ })
})
