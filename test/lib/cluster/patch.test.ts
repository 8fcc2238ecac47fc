import { deepStrictEqual, equal } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import { apply, Names, patchOf, versionOf } from '../../../lib/cluster/patch.ts'
import type { LastKnown, Sample } from '../../../lib/model/sample.ts'
import type { ContainerSnapshot, HostSnapshot } from '../../../lib/model/snapshot.ts'
import { hostDetails } from '../../../lib/views/host.ts'
import { loadYaml } from '../../support/load.ts'
import { containerSnapshot, hostSnapshot, sample, statsRows } from '../../support/snapshots.ts'
import { transition } from '../../support/rules.ts'

/** Sends a snapshot as replicas do: as the JSON of a patch. */
function send (next: HostSnapshot, before: { sent: HostSnapshot, received: HostSnapshot } | null, offset = 0) {
  const names = new Names()
  const patch = patchOf(next, before?.sent ?? null, { fence: 1, names })
  const message: { names: string[], patch: typeof patch } = JSON.parse(JSON.stringify({ names: names.list, patch }))
  const received = apply(before?.received ?? null, message.patch, { names: message.names, offset })
  return { patch: message.patch, received }
}

const shiftedSample = ({ atMonotonic, lastKnown, ...more }: Sample, offset: number): Sample => ({
  ...more,
  atMonotonic: atMonotonic + offset,
  lastKnown: lastKnown && Object.fromEntries(Object.entries(lastKnown)
    .map(([name, { value, at }]) => [name, { value, at: at + offset }]))
})

/** What a receiver should have, whose clock shows `offset` milliseconds more. */
const shifted = ({ atMonotonic, lastSeenMonotonic, containers, ...more }: HostSnapshot, offset: number) => ({
  ...more,
  atMonotonic: atMonotonic + offset,
  lastSeenMonotonic: lastSeenMonotonic === null ? null : lastSeenMonotonic + offset,
  containers: containers.map(container =>
    ({ ...container, sample: container.sample && shiftedSample(container.sample, offset) }))
})

const ODD_NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', '', 'a b', 'eth0', 'ü"\\']
const name = fc.constantFrom(...ODD_NAMES)

/** Few values, so that many stay the same. */
const few = fc.nat(3)
const some = fc.option(few)
const record = <Fields>(model: { [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) =>
  fc.record(model, { noNullPrototype: true })

const dictionary = <Value>(value: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map(entries => Object.fromEntries(entries))

const samples: fc.Arbitrary<Sample> = record({
  at: few,
  atMonotonic: few,
  cpuCores: some,
  memoryBytes: some,
  interfaces: fc.option(dictionary(record({
    rxBytes: some, txBytes: some, rxPackets: some, txPackets: some, rxDropped: some, txDropped: some
  }))),
  lastKnown: fc.option(dictionary(record({ value: few, at: few })) as fc.Arbitrary<LastKnown>)
}).map(given => sample(given))

const containers: fc.Arbitrary<ContainerSnapshot> = record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  name,
  state: fc.constantFrom('running', 'exited', 'paused'),
  labels: dictionary(fc.string()),
  limits: fc.option(record({ cpus: some, memoryBytes: some, pids: some })),
  networks: fc.option(fc.array(name, { maxLength: 2 })),
  oomEvents: few,
  sample: fc.option(samples)
}).map(given => containerSnapshot(given))

const snapshots: fc.Arbitrary<HostSnapshot> = record({
  epoch: fc.constantFrom('one', 'two'),
  version: few,
  atMonotonic: few,
  lastSeen: some,
  lastSeenMonotonic: some,
  up: fc.constantFrom(true, false, null),
  error: fc.option(record({ code: name, message: name })),
  pollErrors: dictionary(few),
  missingRights: fc.array(name, { maxLength: 2 }),
  poll: record({ durationMs: some, intervalMs: few, isStalled: fc.boolean() }),
  containers: fc.uniqueArray(containers, { selector: ({ id }) => id }),
  transitions: fc.array(few.map(at => transition({ at })), { maxLength: 2 })
}).map(given => hostSnapshot(given))

/** Makes some containers the same as in the previous snapshot, as collectors do. */
const withSome = (next: HostSnapshot, previous: HostSnapshot, same: readonly boolean[]): HostSnapshot => ({
  ...next,
  containers: next.containers.map((container, at) =>
    (same[at] && previous.containers.find(({ id }) => id === container.id)) || container)
})

/** Pairs of containers that both snapshots share, as one object. */
const shared = (next: HostSnapshot, previous: HostSnapshot) =>
  next.containers.flatMap((container, at) => {
    const from = previous.containers.indexOf(container)
    return from === -1 ? [] : [[at, from] as const]
  })

t.test('a receiver has what was sent, however snapshots follow each other', async t => {
  const same = fc.array(fc.boolean(), { minLength: 6, maxLength: 6 })
  const sequence = fc.array(fc.tuple(snapshots, same), { maxLength: 5 })
  let [patches, kept] = [0, 0]
  fc.assert(fc.property(snapshots, sequence, fc.integer({ min: -5, max: 5 }), (first, others, offset) => {
    let before = { sent: first, received: send(first, null, offset).received }
    deepStrictEqual(before.received, shifted(first, offset))
    for (const [given, isSame] of others) {
      const next = withSome(given, before.sent, isSame)
      const { received } = send(next, before, offset)
      deepStrictEqual(received, shifted(next, offset))
      for (const [at, from] of shared(next, before.sent)) {
        equal(received.containers[at], before.received.containers[from], 'the same object')
        kept++
      }
      patches++
      before = { sent: next, received }
    }
  }), { numRuns: 1000 })
  t.ok(patches > 1000 && kept > 1000, `${patches} patches, ${kept} containers without a change`)
})

t.test('a patch contains only what has changed, and when that was', async t => {
  const web = containerSnapshot({ id: 'a', sample: sample({ atMonotonic: 1, pids: 1, memoryBytes: 5 }) })
  const db = containerSnapshot({ id: 'b' })
  const sent = hostSnapshot({ containers: [web, db], atMonotonic: 10, lastSeenMonotonic: 9 })
  const next = hostSnapshot({
    ...sent,
    version: 2,
    containers: [containerSnapshot({ ...web, sample: sample({ ...web.sample, pids: 2 }) }), db]
  })
  const names = new Names()
  const patch = patchOf(next, sent, { fence: 7, names })
  t.strictSame(names.list, ['atMonotonic', 'pids', 'version', 'lastSeenMonotonic'])
  t.strictSame(patch, {
    host: 'nas',
    fence: 7,
    base: 'first 1',
    fields: [2, 2, 0, 10, 3, 9],
    order: null,
    changes: [[0, [], [0, 1, 1, 2]]],
    transitions: []
  })
  t.match(patchOf(hostSnapshot({ containers: [db, web] }), sent, { fence: 7, names }), { order: [1, 0], changes: [] })
  t.match(patchOf(hostSnapshot({ containers: [db] }), sent, { fence: 7, names }), { order: [1], changes: [] })
  t.match(patchOf(sent, null, { fence: 7, names }), { base: null, order: [-1, -1] })
  t.equal(versionOf(next), 'first 2')
})

t.test('what is received is frozen, and has the prototypes of plain data', async t => {
  const given = hostSnapshot({ containers: [containerSnapshot({ sample: sample() })], transitions: [transition()] })
  const { received } = send(given, null)
  const [container] = received.containers
  for (const part of [received, received.containers, received.transitions, container, container?.sample]) {
    t.ok(Object.isFrozen(part))
  }
  const evil = { ...patchOf(given, null, { fence: 1, names: new Names() }), fields: [0, { isAdmin: true }] }
  const broken = apply(null, evil, { names: ['__proto__'], offset: 0 })
  t.equal(Reflect.get(broken, 'isAdmin'), undefined)
  t.equal(Object.getPrototypeOf(broken), Object.prototype)
})

t.test('both sides give the same answers', async t => {
  const config = await loadYaml(t, 'tags: { a: red }\ncontainer: { web: { tags: a, link: "http://nas/" } }')
  const busy = sample({ atMonotonic: 1000, cpuCores: 0.5, memoryBytes: 100, rxBytes: 7, rxBytesPerSecond: 3.5 })
  const first = hostSnapshot({ up: true, atMonotonic: 1000, lastSeen: 5, lastSeenMonotonic: 990 })
  const second = {
    ...first,
    version: 2,
    atMonotonic: 2000,
    containers: [containerSnapshot({ sample: busy, labels: { 'dockstat.tags': 'b' }, memoryLimitBytes: 1000 })]
  }
  let before = { sent: first, received: send(first, null, 123.5).received }
  for (const sent of [first, second, { ...second, version: 3, containers: [] }]) {
    const { received } = send(sent, before, 123.5)
    t.strictSame(statsRows(received, config), statsRows(sent, config))
    t.equal(JSON.stringify(hostDetails(received)), JSON.stringify(hostDetails(sent)))
    before = { sent, received }
  }
})
