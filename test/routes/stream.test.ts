import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import t, { type Test } from 'tap'
import { build, type BuildOptions } from '../support/build.ts'
import { containersOf, openEvents } from '../support/event-stream.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { listenOn } from '../support/raw.ts'
import { until } from '../support/until.ts'

const headers = { authorization: 'marked-secret' }

const list = (...ids: string[]) => containerList(ids.map(id => ({ id, names: [`/${id}`], state: 'exited' })))

/** Serves hosts with a stopped container each; polls are frequent. */
async function serve (t: Test, names: readonly string[] = ['nas'], options: BuildOptions = {}) {
  const engines = await Promise.all(names.map(name => startFakeEngine(t, { containers: list(`${name}1`) })))
  const hosts = (chosen: readonly string[]) => chosen.map(name =>
    `  ${name}: { url: '${engines[names.indexOf(name)]?.address}' }\n`).join('')
  const yaml = (chosen: readonly string[] = names, rest = '') =>
    `mintimeout: 100\nresync: 1000\nhosts:\n${hosts(chosen)}\n${rest}`
  const built = await build(t, { yaml: yaml(), ...options })
  const { app, cwd } = built
  const url = `http://127.0.0.1:${await listenOn(app)}`
  await until(() => app.stats.snapshots().every(({ up }) => up))
  const save = (text: string) => writeFileSync(join(cwd, 'dockstat.yaml'), text)
  const json = async (url: string) => (await app.inject({ url, headers })).json()
  return { ...built, engines, url, yaml, save, json }
}

t.test('sends a snapshot of each host, then what changes', async t => {
  const { engines: [engine], url, json } = await serve(t, ['nas', 'pi'])
  const events = await openEvents(t, `${url}/stream`)
  t.equal(events.statusCode, 200)
  t.match(events.headers, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'access-control-allow-origin': '*',
    vary: /Accept-Encoding/
  })
  t.notHas(events.headers, 'content-length')
  const { data } = await events.find('snapshot', ({ host }) => host?.host === 'pi')
  t.strictSame(Object.keys(data.host ?? {}), Object.keys(await json('/hosts/pi')))
  t.equal(data.containers?.[0]?.id, 'pi1')
  if (engine) engine.containers = list('nas2')
  const update = await events.find('update', ({ left }) => left?.length === 1)
  t.strictSame(update.data.left, ['nas1'])
  t.equal(update.data.changed?.[0]?.id, 'nas2')
  await until(async () => isDeepStrictEqual(Object.values(containersOf(events.all)).flat(), await json('/containers')))
  t.equal(new Set(events.all.map(({ id }) => id)).size, events.all.length, 'each event has an ID of its own')
})
