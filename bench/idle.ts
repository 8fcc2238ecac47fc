import { setTimeout as sleep } from 'node:timers/promises'
import { Fakes } from './fakes.ts'
import { cpuOf, growthOf, residentOf } from './processes.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

/** Milliseconds to measure: several polls and a list. */
const WATCHED = { whole: 60_000, smoke: 1000 }
/** Milliseconds before that, for V8 to compile hot code. */
const WARM = { whole: 60_000, smoke: 0 }

/** Measures what it costs to poll one host with 100 containers at the default settings. */
export async function idle ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const fakes = new Fakes(1)
  resources.push(fakes)
  const service = new Service({ addresses: await fakes.listening() })
  resources.push(service)
  await service.polled(100)
  await sleep(isSmoke ? WARM.smoke : WARM.whole)
  const cpu = growthOf(() => cpuOf(service.pid))
  await sleep(isSmoke ? WATCHED.smoke : WATCHED.whole)
  const percent = 100 * cpu()
  const resident = residentOf(service.pid)
  say(`${percent.toFixed(2)} % of a core, ${resident.toFixed(0)} MiB`)
  return [
    { what: '100 containers every 5 s: CPU', unit: '% of a core', ours: percent, bar: { most: 1 } },
    { what: '100 containers: resident memory', unit: 'MiB', ours: resident, bar: { most: 90 } }
  ]
}
