/** Writes a minute after another to the database in the first argument, and says which, until it is killed. */
import { History } from '../../lib/history/history.ts'
import { NOON } from './history.ts'
import { containerSnapshot, hostSnapshot, sample } from './snapshots.ts'

const clock = { now: NOON }
const log = { info () {}, warn: (_fields: object, message: string) => process.stderr.write(message) }
const settings = { memory: 64, disk: true, file: String(process.argv[2]) }
const history = new History({ settings, log, now: () => clock.now })
const names = Array.from({ length: 200 }, (_, index) => `c${index}`)

for (let minute = 1; ; minute++) {
  const one = sample({ at: clock.now, cpuCores: minute })
  const containers = names.map(name => containerSnapshot({ id: name, name, sample: one }))
  history.see(hostSnapshot({ at: clock.now, containers }), null)
  clock.now += 60_000
  await history.flush()
  process.stdout.write(`${minute}\n`)
}
