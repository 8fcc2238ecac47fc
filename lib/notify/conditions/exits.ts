import { LRUCache } from 'lru-cache'
import type { Triggers } from '../../config/notify.ts'
import type { Signal } from '../events.ts'
import {
  keyOf, occurrenceOf, transitionsIn, type Condition, type ContainerTransition, type Watched
} from './condition.ts'

/** Exit code after SIGKILL, which the kernel sends for lack of memory. */
const KILLED = 137

/** Milliseconds between the two events of one kill. */
const SAME_KILL = 10_000

/** Containers whose latest kill is remembered. */
const MAX_KILLS = 1000

/** `die` and `oom`. A kill for lack of memory is both, and told once: as what comes first. */
export function exits (on: Pick<Triggers, 'die' | 'oom'>, watched: Watched): Condition {
  const kills = new LRUCache<string, { action: string, at: number }>({ max: MAX_KILLS })

  const isFailure = ({ action, exitCode }: ContainerTransition) => action === 'die' &&
    on.die !== undefined && exitCode !== null && exitCode !== 0 && !on.die.except.includes(exitCode)

  /** Whether the other event of the same kill was told. */
  function isSecond ({ action, at, container: { id } }: ContainerTransition): boolean {
    const kill = kills.get(id)
    if (kill && kill.action !== action && Math.abs(at - kill.at) <= SAME_KILL) return true
    kills.set(id, { action, at })
    return false
  }

  function signalsOf (transition: ContainerTransition): Signal[] {
    const { action, at, host, container, exitCode } = transition
    const isOom = action === 'oom' && on.oom !== undefined
    if (!isOom && !isFailure(transition)) return []
    const isKill = isOom || exitCode === KILLED
    if (isKill && isSecond(transition)) return []
    const detail = isOom ? 'The kernel killed a process of it' : isKill ? 'It was killed with SIGKILL' : ''
    const event = isOom ? 'oom' : 'die'
    const id = keyOf(action, host, container.id, at)
    return [{ kind: 'once', id, occurrence: occurrenceOf({ event, at, host, container, exitCode, detail }) }]
  }

  return { see: (next, previous) => transitionsIn(next, previous, watched).flatMap(signalsOf) }
}
