import t from 'tap'
import { memoryInUse, nameOf, sampleIn, sampleOf } from '../../../lib/collector/snapshot.ts'
import { parseContainers, parseStats, type ContainerStats } from '../../../lib/engine/wire.ts'
import { fixture } from '../../fixture.ts'

function recorded (name: string): ContainerStats {
  const stats = parseStats(JSON.parse(fixture(name)))
  if (!stats) throw new Error(`${name} has no sample`)
  return stats
}

t.test('the name is the one without a second slash', async t => {
  const id = '0123456789abcdef'
  const cases = [
    [['/web'], 'web'],
    [['/rc-aaa/database', '/rc-db', '/rc-zzz/db2'], 'rc-db'],
    [['web'], 'web'],
    [[], '0123456789ab'],
    [['/only/alias'], '0123456789ab'],
    [['/'], '0123456789ab']
  ] as const
  for (const [names, name] of cases) t.equal(nameOf({ id, names }), name, names.join())
  const links = parseContainers(JSON.parse(fixture('containers-links.json'))) ?? []
  t.notOk(links.map(nameOf).some(name => name.includes('/')))
})

t.test('memory is what docker stats shows', async t => {
  const nothing = { usage: null, limit: null, totalInactiveFile: null, inactiveFile: null }
  const cases = [
    [{}, null],
    [{ usage: 100 }, 100],
    [{ usage: 100, totalInactiveFile: 30, inactiveFile: 10 }, 70],
    [{ usage: 100, inactiveFile: 10 }, 90],
    [{ usage: 100, totalInactiveFile: 100, inactiveFile: 10 }, 90],
    [{ usage: 100, inactiveFile: 100 }, 100],
    [{ usage: 0, inactiveFile: 0 }, 0]
  ] as const
  for (const [memory, bytes] of cases) t.equal(memoryInUse({ ...nothing, ...memory }), bytes, JSON.stringify(memory))
  t.equal(memoryInUse(recorded('cgroup2/stats-mem.json').memory), 21843968 - 20971520)
})

t.test('sums all interfaces', async t => {
  t.match(sampleOf(recorded('v28/stats-one-shot.json'), 7, null), {
    at: 7, cpuNanoseconds: 24064939738, rxBytes: 2724, txBytes: 252, rxBytesDelta: 2724, txBytesDelta: 252
  })
  t.match(sampleOf(recorded('stats-host.json'), 7, null), {
    rxBytes: null, txBytes: null, rxBytesDelta: null, txBytesDelta: null
  })
})

t.test('a delta is what came since the sample before, never negative', async t => {
  const stats = recorded('v28/stats-one-shot.json')
  const at = (rxBytes: number | null, txBytes: number | null) => ({ ...sampleOf(stats, 1, null), rxBytes, txBytes })
  const cases = [
    [at(2724, 252), 0, 0, 'nothing moved'],
    [at(2000, 200), 724, 52, 'more came'],
    [at(9000, 252), 2724, 0, 'one counter began anew'],
    [at(null, null), 2724, 252, 'a network came up']
  ] as const
  for (const [before, rxBytesDelta, txBytesDelta, title] of cases) {
    t.match(sampleOf(stats, 2, before), { rxBytesDelta, txBytesDelta }, title)
  }
})

t.test('a container without a network of its own has no bytes, not 0', async t => {
  const sample = sampleOf(recorded('stats-one-shot.json'), 1, null)
  for (const mode of ['bridge', 'container:abc', null]) t.equal(sampleIn(mode, sample), sample)
  for (const mode of ['host', 'none']) {
    t.match(sampleIn(mode, sample), { at: 1, rxBytes: null, txBytes: null, rxBytesDelta: null, txBytesDelta: null })
  }
})
