import type { Parameters } from '../../config/notify.ts'
import type { Signal } from '../events.ts'
import {
  keyOf, occurrenceOf, transitionsIn, type Condition, type ContainerTransition, type Watched
} from './condition.ts'

/** `restart-loop`: starts of the same container after it exited, whoever started it. */
export function restartLoop ({ count, minutes }: Parameters['restart-loop'], watched: Watched): Condition {
  /** Times of the restarts of each container that has exited, by host and ID. */
  const restarts = new Map<string, Map<string, number[]>>()

  function signalsOf ({ action, at, host, container }: ContainerTransition): Signal[] {
    const times = restarts.get(host)?.get(container.id)
    if (action === 'die' && !times) restarts.get(host)?.set(container.id, [])
    if (action !== 'start' || !times || times.includes(at)) return []
    const recent = [...times, at].filter(time => at - time <= minutes * 60_000)
    const isLoop = recent.length >= count
    restarts.get(host)?.set(container.id, isLoop ? [] : recent)
    if (!isLoop) return []
    const detail = `${count} restarts in ${minutes} minutes`
    const occurrence = occurrenceOf({ event: 'restart-loop', at, host, container, detail })
    return [{ kind: 'once', id: keyOf('restart-loop', host, container.id, at), occurrence }]
  }

  return {
    see (next, previous) {
      const { host, isListed, containers } = next
      const known = restarts.get(host) ?? new Map<string, number[]>()
      restarts.set(host, known)
      const signals = transitionsIn(next, previous, watched).flatMap(signalsOf)
      if (isListed && known.size > 0) {
        const ids = new Set(containers.map(({ id }) => id))
        for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
      }
      return signals
    },
    forget: host => restarts.delete(host)
  }
}
