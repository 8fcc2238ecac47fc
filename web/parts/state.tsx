import type { Row } from '../types.ts'

/** What a state means for the reader: all is well, look at it, something is wrong, or nothing to see. */
export function moodOf ({ state, health, exitCode }: Pick<Row, 'state' | 'health' | 'exitCode'>): string {
  if (health === 'unhealthy' || state === 'dead' || state === 'restarting') return 'bad'
  if (state === 'running') return health === 'starting' ? 'odd' : 'good'
  if (state === 'exited' && exitCode !== null && exitCode !== 0) return 'odd'
  return 'off'
}

/** State and health in words. */
export function State ({ row }: { row: Row }) {
  const { state, health, exitCode } = row
  const words = state === 'exited' && exitCode !== null ? `exited (${exitCode})` : state
  return (
    <span class={`state ${moodOf(row)}`}>
      <span class='dot' aria-hidden='true' />{words}{health !== null && <span class='health'> {health}</span>}
    </span>
  )
}
