import type { Signal } from '../events.ts'
import {
  keyOf, occurrenceOf, transitionsIn, type Condition, type ContainerTransition, type Watched
} from './condition.ts'

interface Removal {
  transition: ContainerTransition
  /** On the monotonic clock, milliseconds. */
  since: number
}

/** `container-gone`. @param after seconds within which a container with the same name may replace a removed one */
export function gone ({ after }: { after: number }, watched: Watched): Condition {
  const removals = new Map<string, Map<string, Removal>>()

  function signalOf ({ at, host, container }: ContainerTransition): Signal {
    const detail = `Nothing has replaced it within ${after} seconds`
    const occurrence = occurrenceOf({ event: 'container-gone', at, host, container, detail })
    return { kind: 'once', id: keyOf('container-gone', host, container.id, at), occurrence }
  }

  return {
    see (next, previous, { monotonic }) {
      const { host, up, isListed, containers } = next
      const pending = removals.get(host) ?? new Map<string, Removal>()
      removals.set(host, pending)
      for (const transition of transitionsIn(next, previous, watched)) {
        if (transition.action === 'destroy') pending.set(transition.container.name, { transition, since: monotonic })
      }
      if (pending.size === 0 || up !== true || !isListed) return []
      const ids = new Map(containers.map(({ name, id }) => [name, id]))
      return [...pending].flatMap(([name, { transition, since }]) => {
        const isReplaced = ids.has(name) && ids.get(name) !== transition.container.id
        const isDue = monotonic - since >= after * 1000
        if (isReplaced || isDue) pending.delete(name)
        return isDue && !isReplaced ? [signalOf(transition)] : []
      })
    },
    forget: host => removals.delete(host)
  }
}
