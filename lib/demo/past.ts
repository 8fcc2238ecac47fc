import pino from 'pino'
import { History } from '../history/history.ts'
import type { SeenContainer } from '../history/memory.ts'
import { existingOn, type Existing } from './existing.ts'
import { fleet } from './fleet.ts'
import type { Story } from './story.ts'
import { memoryOf, usedBy } from './usage.ts'

const HOUR = 3600
/** Seconds between samples: one for each minute on disk. */
const STEP = 60
/** Samples between writes; memory holds 15 minutes. */
const WRITE = 10

/** MiB; the fleet needs less. */
const MEMORY = 64

function sampleOf ({ container, owner, moment: { startedAt } }: Existing, at: number): SeenContainer['sample'] {
  const from = Math.max(startedAt, at - STEP)
  const seconds = Math.max(1, at - from)
  const used = usedBy(container, from, at)
  const { rx, tx } = owner === container ? used : usedBy(owner, from, at)
  return {
    at: at * 1000,
    cpuCores: used.cpuSeconds / seconds,
    memoryBytes: memoryOf(container, startedAt, at),
    rxBytesPerSecond: rx / seconds,
    txBytesPerSecond: tx / seconds,
    blockReadBytesPerSecond: used.read / seconds,
    blockWriteBytesPerSecond: used.write / seconds
  }
}

function seen (existing: Existing, at: number): SeenContainer {
  const { container: { name }, moment: { id, state }, networkMode } = existing
  return { id, name, networkMode, networks: null, sample: state === 'running' ? sampleOf(existing, at) : null }
}

export interface PastOptions {
  file: string
  story: Story
  /** Seconds since the epoch. */
  end: number
  hours: number
  signal?: AbortSignal
}

/** Writes the past to a history file, as the service would have. */
export async function writePast ({ file, story, end, hours, signal }: PastOptions): Promise<void> {
  const start = end - hours * HOUR
  let now = start
  const history = new History({
    settings: { memory: MEMORY, disk: true, file },
    log: pino({ level: 'silent' }), // the service reports problems with the file, too
    now: () => now * 1000
  })
  for (let step = 1; now < end && !signal?.aborted; step++) {
    for (const host of fleet.filter(host => !story.isAway(host, now))) {
      const containers = existingOn(host, story, now).map(existing => seen(existing, now))
      const at = now * 1000
      history.see({ host: host.name, at, lastSeen: at, poll: { intervalMs: STEP * 1000 }, containers }, null)
    }
    if (step % WRITE === 0) await history.flush()
    now = start + step * STEP
  }
  await history.close()
}
