/**
 * Runs the service's collectors without the service. Answers every message with the number of samples so far.
 * Argument (JSON): `addresses`, and `interval` and `resync` in milliseconds.
 */
import { Collector } from '../../lib/collector/collector.ts'
import { timingOf } from '../../lib/collector/timing.ts'
import { EngineClient } from '../../lib/engine/client.ts'

/** There is none to read. */
const configuration = () => ({ isCurrent: true, loadedAt: 0 })

const { addresses, interval, resync }: { addresses: string[], interval: number, resync: number } =
  JSON.parse(process.argv[2] ?? '{}')

const timing = timingOf(interval, resync, addresses.length)
const log = { info () {}, warn: (_fields: object, message: string) => process.stderr.write(`${message}\n`) }
const engines = addresses.map(address => new EngineClient({ address }))
for (const [index, engine] of engines.entries()) {
  new Collector({ host: `host${index}`, engine, timing, log, configuration, phase: index / engines.length }).start()
}

process.on('message', () => process.send?.(engines.reduce((sum, { requests }) => sum + (requests.stats ?? 0), 0)))
process.on('disconnect', () => process.exit())
