import t from 'tap'
import { SnapshotStore } from '../../../lib/fleet/store.ts'
import type { HostSnapshot } from '../../../lib/model/snapshot.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

function open () {
  const heard: unknown[] = []
  const errors: unknown[] = []
  const store = new SnapshotStore(error => errors.push(error))
  const versionOf = (snapshot: HostSnapshot | null) => snapshot && `${snapshot.host} ${snapshot.version}`
  const hear = (next: HostSnapshot | null, previous: HostSnapshot | null) => {
    heard.push([versionOf(next), versionOf(previous)])
  }
  const put = (host: string, version: number) => store.put(hostSnapshot({ host, version }))
  return { store, heard, errors, hear, put, listed: () => store.list().map(versionOf) }
}

t.test('lists the latest snapshot of every host, as the same array until one is replaced', async t => {
  const { store, put, listed } = open()
  put('one', 1)
  put('two', 1)
  put('one', 2)
  t.strictSame(listed(), ['one 2', 'two 1'])
  t.equal(store.list(), store.list())
  t.ok(Object.isFrozen(store.list()))
})

t.test('arrange reorders hosts and removes those that are missing', async t => {
  const { store, put, heard, hear, listed } = open()
  for (const host of ['one', 'two', 'three']) put(host, 1)
  store.subscribe(hear)
  store.arrange(['three', 'unknown', 'one'])
  t.strictSame(listed(), ['three 1', 'one 1'])
  t.strictSame(heard, [[null, 'two 1']])
})

t.test('the order also holds for hosts that are added later, and is that of their addition for others', async t => {
  const { store, put, listed } = open()
  store.arrange(['one', 'two', 'three'])
  for (const host of ['unknown', 'three', 'other', 'one']) put(host, 1)
  t.strictSame(listed(), ['one 1', 'three 1', 'unknown 1', 'other 1'])
  const list = store.list()
  put('two', 1)
  put('three', 2)
  t.strictSame(listed(), ['one 1', 'two 1', 'three 2', 'unknown 1', 'other 1'])
  t.equal(list.length, 4, 'which changes no list that was given before')
})

t.test('finds the snapshot of a host', async t => {
  const { store, put } = open()
  put('one', 1)
  put('one', 2)
  t.equal(store.find('one'), store.list()[0])
  t.equal(store.find('two'), null)
  store.arrange([])
  t.equal(store.find('one'), null)
})

t.test('calls every listener for every change, in order, even if another listener throws', async t => {
  const { store, put, heard, hear, errors } = open()
  const bug = new Error('a bug')
  store.subscribe(() => { throw bug })
  store.subscribe(hear)
  put('one', 1)
  put('one', 2)
  t.strictSame(heard, [['one 1', null], ['one 2', 'one 1']])
  t.strictSame(errors, [bug, bug])
})
