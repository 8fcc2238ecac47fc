import t from 'tap'
import type { ContainerSnapshot } from '../../../lib/model/snapshot.ts'
import { networkOwner } from '../../../lib/model/network.ts'
import { networkTotals, total } from '../../../lib/views/network.ts'
import { containerSnapshot, sample } from '../../support/snapshots.ts'

const named = (name: string, networkMode: string | null, rate?: number | null): ContainerSnapshot => {
  const rates = { rxBytesPerSecond: rate ?? null, txBytesPerSecond: rate ?? null }
  return containerSnapshot({ id: `${name}-id`, name, networkMode, sample: rate === undefined ? null : sample(rates) })
}

t.test('finds the owner by ID, name or ID prefix', async t => {
  const containers = [named('web', 'bridge'), named('db', 'bridge')]
  const cases = [
    ['container:web-id', 'web'], ['container:web', 'web'], ['container:db-', 'db'], ['container:gone', undefined],
    ['bridge', undefined], [null, undefined]
  ] as const
  for (const [mode, owner] of cases) t.equal(networkOwner(named('x', mode), containers)?.name, owner, String(mode))
  const similar = [named('web', null), named('wab', null)]
  t.equal(networkOwner(named('x', 'container:w'), similar), null, 'the prefix is ambiguous')
})

t.test('counts a shared network once', async t => {
  const cases: [ContainerSnapshot[], number | null][] = [
    [[], null],
    [[named('web', 'bridge')], null],
    [[named('web', 'host', null), named('db', 'bridge', 0)], 0],
    [[named('web', 'bridge', 5), named('db', 'bridge', 2)], 7],
    [[named('side', 'container:web-id', 5), named('web', 'bridge', 5), named('db', 'bridge', 2)], 7],
    [[named('side', 'container:web-id', 5), named('web', 'bridge')], 5],
    [[named('side', 'container:gone', 5), named('more', 'container:gone', 5)], 5]
  ]
  for (const [containers, rate] of cases) {
    t.strictSame(networkTotals(containers), { rxBytesPerSecond: rate, txBytesPerSecond: rate })
  }
})

t.test('totals only known values', async t => {
  t.equal(total([]), null)
  t.equal(total([null, undefined]), null)
  t.equal(total([null, 0]), 0)
  t.equal(total([1, undefined, 2]), 3)
})
