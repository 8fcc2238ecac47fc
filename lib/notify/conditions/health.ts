import type { HostSnapshot } from '../../model/snapshot.ts'
import type { Signal } from '../events.ts'
import {
  keyOf, occurrenceOf, problemsOf, quietEnd, transitionsIn, type Condition, type ContainerTransition, type Watched
} from './condition.ts'

/** By name, so that a container that replaces an unhealthy one can be healthy again. */
const keyFor = (host: string, name: string) => keyOf('unhealthy', host, name)

function signalOf ({ at, host, container, health }: ContainerTransition): Signal {
  const key = keyFor(host, container.name)
  const about = { at, host, container }
  const id = keyOf('unhealthy', host, container.id, at)
  return health === 'unhealthy'
    ? { kind: 'begin', key, id, occurrence: occurrenceOf({ event: 'unhealthy', ...about }) }
    : { kind: 'end', key, isQuiet: false, occurrence: occurrenceOf({ event: 'healthy', ...about }) }
}

/** `unhealthy` and `healthy`. */
export function health (watched: Watched): Condition {
  /** Problems of each host that may have ended while nobody looked. */
  const unsure = new Map<string, Set<string>>()

  /** Whether it is reported again, and was before the problem. */
  const isOlder = ({ at, host, container }: ContainerTransition) =>
    at < (watched.problems.get(keyFor(host, container.name))?.at ?? -Infinity)

  function endsIn ({ host, at, containers }: HostSnapshot): Signal[] {
    return problemsOf(watched, 'unhealthy', host).flatMap(([key, problem]): Signal[] => {
      const container = containers.find(({ name }) => keyFor(host, name) === key)
      if (!container) return [quietEnd(key, problem, at)]
      const { id, name, image } = container
      const isKnown = container.health === 'healthy' || container.health === 'unhealthy'
      if (!isKnown || !unsure.get(host)?.delete(key) || container.health === 'unhealthy') return []
      const occurrence = occurrenceOf({ event: 'healthy', at, host, container: { id, name, image } })
      return [{ kind: 'end', key, isQuiet: false, occurrence }]
    })
  }

  return {
    see (next, previous) {
      const { host, up, isListed } = next
      if (previous === null || !unsure.has(host)) {
        unsure.set(host, new Set(problemsOf(watched, 'unhealthy', host).map(([key]) => key)))
      }
      const changes = transitionsIn(next, previous, watched)
        .filter(transition => transition.action === 'health' && !isOlder(transition))
      for (const { container } of changes) unsure.get(host)?.delete(keyFor(host, container.name))
      return [...up === true && isListed ? endsIn(next) : [], ...changes.map(signalOf)]
    },
    forget: host => unsure.delete(host)
  }
}
