import t, { type Test } from 'tap'
import type { Config } from '../../../lib/config/config.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { Fleet } from '../../../lib/fleet/fleet.ts'
import { SnapshotStore } from '../../../lib/fleet/store.ts'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import type { Transition } from '../../../lib/model/transition.ts'
import { containerList, startFakeEngine, type FakeEngine } from '../../support/fake-engine.ts'
import { loadYaml } from '../../support/load.ts'
import { hostSnapshot } from '../../support/snapshots.ts'
import { until } from '../../support/until.ts'

const REPLICA = 'a'

interface Options {
  /** Names of the hosts. */
  names?: string[]
  more?: string
}

/** A fleet, and fake Engines with a container each. */
async function open (t: Test, { names = ['nas', 'pi'], more = '' }: Options = {}) {
  const engines = new Map<string, FakeEngine>()
  for (const [index, name] of names.entries()) {
    const containers = containerList([{ id: `aa${index}`, names: ['/web'] }])
    engines.set(name, await startFakeEngine(t, { containers }))
  }
  const configOf = (hosts: string[] = names, rest = more): Promise<Config> => loadYaml(t, 'mintimeout: 100\nhosts: { ' +
    `${hosts.map(name => `${name}: { url: "${engines.get(name)?.address}" }`).join(', ')} }\n${rest}`)
  const heard: (HostSnapshot | null)[] = []
  const transitions: Transition[] = []
  const store = new SnapshotStore(error => { throw error })
  store.subscribe(next => {
    heard.push(next)
    transitions.push(...next?.transitions ?? [])
  })
  const connected: string[] = []
  const fleet = new Fleet({
    store,
    log: { info () {}, warn () {} },
    transitions: host => transitions.filter(transition => transition.host === host),
    connect ({ name, address }) {
      connected.push(name)
      return new EngineClient({ address })
    }
  })
  t.teardown(() => fleet.stop())
  const take = (polled: string[], shown: string[] | null = null) =>
    fleet.take({ replica: REPLICA, polled: new Set(polled), shown })
  const isUp = (host: string) => until(() => store.find(host)?.up && store.find(host)?.containers[0]?.sample)
  return { engines, configOf, heard, store, connected, fleet, take, isUp, shown: () => store.list().map(s => s.host) }
}

t.test('polls all hosts without a cluster', async t => {
  const { fleet, configOf, store, isUp, shown } = await open(t)
  await fleet.apply(await configOf())
  t.strictSame(shown(), ['nas', 'pi'])
  t.ok(fleet.polls('nas') && fleet.polls('pi'))
  t.notOk(fleet.polls('unknown'))
  await isUp('nas')
  t.equal(store.find('nas')?.replica, null)
})

t.test('polls its share, and shows the other hosts as unknown until others send them', async t => {
  const { fleet, take, configOf, store, connected, isUp, shown } = await open(t)
  await take([])
  await fleet.apply(await configOf())
  t.strictSame(connected, [])
  t.strictSame(shown(), ['nas', 'pi'])
  t.match(store.find('nas'), { up: null, containers: [], replica: null, address: /^unix:/ })
  await take(['pi'])
  t.strictSame([fleet.polls('nas'), fleet.polls('pi')], [false, true])
  await isUp('pi')
  t.strictSame(connected, ['pi'])
  t.equal(store.find('pi')?.replica, REPLICA)
  t.equal(store.find('nas')?.up, null)
  await take([])
  t.notOk(fleet.polls('pi'))
  t.match(store.find('pi'), { up: true, containers: [{ name: 'web' }] }, 'what is known stays')
})

t.test('goes on from what another replica has sent', async t => {
  const { fleet, take, configOf, store, isUp, heard, engines } = await open(t)
  await take(['nas'])
  await fleet.apply(await configOf())
  await isUp('nas')
  await until(() => store.find('nas')?.containers[0]?.limits) // inspected
  await take([])
  const known = store.find('nas') ?? hostSnapshot()
  const sent = Object.freeze({ ...known, replica: 'b', epoch: 'theirs', pollErrors: { X: 2 } })
  store.put(sent)
  heard.length = 0
  await take(['nas'])
  t.strictSame(heard, [], 'shows the old snapshot until the first poll')
  t.equal(store.find('nas'), sent)
  await until(() => store.find('nas') !== sent)
  await isUp('nas')
  t.match(store.find('nas'), { replica: REPLICA, pollErrors: { X: 2 } })
  t.ok(heard.every(next => next?.containers.length === 1))
  const nas = engines.get('nas')
  t.equal(nas?.requests.filter(path => path.endsWith('/aa0/json')).length, 1, 'does not inspect again')
})

t.test('starts from scratch if what was sent is about another Engine, or says nothing', async t => {
  const { fleet, take, configOf, store } = await open(t)
  const address = 'tcp://elsewhere:2375'
  for (const given of [{ up: true, address }, { up: null }]) {
    await take([])
    await fleet.apply(await configOf())
    const known = store.find('nas') ?? hostSnapshot()
    store.put({ ...known, pollErrors: { X: 2 }, ...given })
    await take(['nas'])
    t.match(store.find('nas'), { up: null, address: known.address, version: 0 })
    t.strictSame(store.find('nas')?.pollErrors, {})
    store.arrange([])
  }
})

t.test('shows the hosts of the configuration that leads, and polls only those of its own', async t => {
  const { fleet, take, configOf, store, shown, connected } = await open(t, { names: ['nas', 'pi', 'vm'] })
  await take([])
  await fleet.apply(await configOf(['nas', 'pi']))
  await take(['pi'], ['vm', 'pi'])
  t.strictSame(shown(), ['pi'], 'what other replicas poll comes from them')
  t.strictSame(connected, ['pi'])
  store.put(hostSnapshot({ host: 'vm' }))
  t.strictSame(shown(), ['vm', 'pi'])
  await fleet.apply(await configOf(['nas', 'pi'], 'tags: { a: red }'))
  t.strictSame(shown(), ['vm', 'pi'])
  await take(['pi'])
  t.strictSame(shown(), ['nas', 'pi'])
})

t.test('hosts that others poll show another presentation at once, without telling anything again', async t => {
  const { fleet, take, configOf, store, heard } = await open(t, { names: ['nas'] })
  await take([])
  await fleet.apply(await configOf())
  const transition = { id: 1, at: 0, host: 'nas', container: null, action: 'host-up' } as Transition
  store.put(hostSnapshot({ up: true, transitions: [transition] }))
  heard.length = 0
  await fleet.apply(await configOf())
  const [reloaded] = heard.splice(0)
  t.match(reloaded, { up: true, version: 1, transitions: [] }, 'since when the file applies')
  await fleet.apply(await configOf(undefined, 'tags: { a: red }'))
  const [tagged] = heard.splice(0)
  t.strictSame(tagged?.transitions, [])
  const identities = ['first 1', ...[reloaded, tagged].map(next => `${next?.epoch} ${next?.version}`)]
  t.equal(new Set(identities).size, 3, 'responses have another ETag')
  await take([])
  t.strictSame(heard, [], 'only if it changes')
})

t.test('applies a configuration to the share', async t => {
  const { fleet, take, configOf, store, connected, isUp, shown } = await open(t)
  await take(['nas'])
  await fleet.apply(await configOf())
  await isUp('nas')
  await fleet.apply(await configOf(['pi', 'nas'], 'filter: { exclude: [web] }'))
  t.strictSame(shown(), ['pi', 'nas'])
  await until(() => store.find('nas')?.containers.length === 0)
  t.strictSame(connected, ['nas'], 'the same collector')
  await fleet.apply(await configOf(['pi']))
  t.strictSame(shown(), ['pi'])
  t.notOk(fleet.polls('nas'))
})
