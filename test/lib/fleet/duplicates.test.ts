import t from 'tap'
import { Duplicates } from '../../../lib/fleet/duplicates.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

const engine = (given: object = {}) => ({
  kind: 'docker' as const,
  version: '28.5.2',
  apiVersion: '1.51',
  oneShot: 'direct' as const,
  osType: 'linux',
  operatingSystem: null,
  id: 'c0ffee',
  name: 'nas',
  cpus: 2,
  memoryBytes: 1,
  ...given
})

function watch () {
  const lines: string[] = []
  const duplicates = new Duplicates({ info () {}, warn: (_fields, message) => lines.push(message) })
  const remove = (host: string) => duplicates.see(null, hostSnapshot({ host }))
  const see = (host: string, given?: object) => duplicates.see(hostSnapshot({ host, engine: engine(given) }), null)
  return { lines, remove, see }
}

t.test('warns once about two hosts that are the same Engine', async t => {
  const { lines, see } = watch()
  for (let times = 0; times < 3; times++) for (const host of ['socket', 'tcp']) see(host)
  t.strictSame(lines, [
    'Hosts socket and tcp are the same Engine, nas (c0ffee): its containers appear twice. Remove one of them.'
  ])
  see('third')
  t.equal(lines.length, 3, 'once per pair')
})

t.test('does not report cloned machines, Podman or Engines without an identity', async t => {
  const { lines, see } = watch()
  for (const given of [{ name: 'other' }, { id: 'other' }, { kind: 'podman' }, { id: null }, { name: null }]) {
    see('one', given)
    see('two')
  }
  see('three', { name: 'three' })
  t.strictSame(lines, [])
})

t.test('warns once about a pair that comes and goes', async t => {
  const { lines, see } = watch()
  for (const id of ['a', 'b', 'a', 'c']) {
    see('one', { id })
    see('two', { id: 'a' })
  }
  t.equal(lines.length, 1)
})

t.test('ignores removed hosts', async t => {
  const { lines, see, remove } = watch()
  see('socket')
  remove('socket')
  see('tcp')
  t.strictSame(lines, [])
})
