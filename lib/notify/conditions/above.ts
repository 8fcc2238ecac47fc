import type { ContainerSnapshot, HostSnapshot } from '../../model/snapshot.ts'
import type { Signal } from '../events.ts'
import { keyOf, occurrenceOf, problemsOf, quietEnd, type Condition, type Watched } from './condition.ts'

type Above = 'memory-above' | 'cpu-above'

/** How much a container uses, and of how much; null if unknown. */
type Usage = readonly [used: number | null | undefined, limit: number | null | undefined]

/** Without a limit of its own, a container can use all of its host. */
const usages: Record<Above, (container: ContainerSnapshot, host: HostSnapshot) => Usage> = {
  'memory-above': ({ sample, memoryLimitBytes }, { engine }) =>
    [sample?.memoryBytes, memoryLimitBytes ?? engine?.memoryBytes],
  'cpu-above': ({ sample, limits }, { engine }) => [sample?.cpuCores, limits?.cpus ?? engine?.cpus]
}

function percentOf ([used, limit]: Usage): number | null {
  return used == null || !limit ? null : Math.round(1000 * used / limit) / 10
}

/** `memory-above` and `cpu-above`: in every sample for some minutes. */
export function above (event: Above, limit: { percent: number, minutes: number }, watched: Watched): Condition {
  /** When the containers above the limit went there, on the monotonic clock, by host and ID. */
  const since = new Map<string, ReadonlyMap<string, number>>()
  const units = event === 'memory-above' ? 'memory' : 'CPU'

  function begin (next: HostSnapshot, { id, name, image }: ContainerSnapshot, percent: number): Signal {
    const key = keyOf(event, next.host, id)
    const detail = `Above ${limit.percent} % of its ${units} for ${limit.minutes} minutes`
    const about = { event, at: next.at, host: next.host, container: { id, name, image } }
    return { kind: 'begin', key, occurrence: occurrenceOf({ ...about, percent, detail }) }
  }

  /** Containers that are below the limit, do not run, or no longer exist. */
  function ends (next: HostSnapshot): Signal[] {
    return problemsOf(watched, event, next.host).flatMap(([key, problem]) => {
      const container = next.containers.find(({ id }) => keyOf(event, next.host, id) === key)
      const percent = container && percentOf(usages[event](container, next))
      const isOver = container ? container.state !== 'running' || (percent ?? Infinity) <= limit.percent : next.isListed
      return isOver ? [quietEnd(key, problem, next.at)] : []
    })
  }

  return {
    see (next) {
      if (next.up !== true) return []
      const before = since.get(next.host)
      const now = new Map<string, number>()
      since.set(next.host, now)
      const signals = ends(next)
      for (const container of next.containers) {
        const { id, name, sample } = container
        const percent = percentOf(usages[event](container, next))
        if (sample === null || percent === null || percent <= limit.percent || !watched.has(name)) continue
        const from = before?.get(id) ?? sample.atMonotonic
        now.set(id, from)
        if (sample.atMonotonic - from >= limit.minutes * 60_000) signals.push(begin(next, container, percent))
      }
      return signals
    },
    forget: host => since.delete(host)
  }
}
