import { join } from 'node:path'
import t from 'tap'
import { writePast } from '../../../lib/demo/past.ts'
import { Story } from '../../../lib/demo/story.ts'
import { History } from '../../../lib/history/history.ts'
import { folder } from '../../support/folder.ts'

const END = Date.parse('2026-11-01T12:00:00Z') / 1000
const HOUR = 3600

t.test('the history has the past as it would have been polled', async t => {
  const file = join(folder(t), 'history.db')
  await writePast({ file, story: new Story(END), end: END, hours: 2 })
  const log = { info () {}, warn: (_fields: object, message: string) => t.fail(message) }
  const history = new History({ settings: { memory: 64, disk: true, file }, log, now: () => END * 1000 })
  t.teardown(() => history.close())
  const range = { from: END - 2 * HOUR, to: END, points: 120 }
  const read = (host: string, name: string | null) => history.read(host, name, range)

  const { cpuCores, memoryBytes, rxBytesPerSecond, writeBytesPerSecond } = await read('web', null)
  for (const { avg } of [cpuCores, memoryBytes, rxBytesPerSecond, writeBytesPerSecond]) {
    t.equal(avg.length, 120)
    t.ok(avg.every(value => Number(value) > 0))
  }
  t.equal((await read('pi', null)).cpuCores.avg.filter(value => value === null).length, 24)

  const { memoryBytes: { avg: leaking } } = await read('web', 'shop-worker-1')
  t.equal(leaking.filter((value, index) => Number(value) < 0.7 * Number(leaking[index - 1])).length, 6)

  const { containers } = await read('web', 'shop-api-1')
  t.equal(containers.length, 9)

  const { cpuCores: { avg: job } } = await read('nas', 'restic-backup')
  t.strictSame(new Set(job.map(value => value === null)), new Set([true, false]))

  const [owner, joined] = [await read('nas', 'media-gluetun'), await read('nas', 'media-qbittorrent')]
  t.strictSame(owner.rxBytesPerSecond, joined.rxBytesPerSecond)
})
