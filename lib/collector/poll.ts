import pMap, { pMapSkip } from 'p-map'
import type { EngineClient } from '../engine/client.ts'
import type { ContainerSummary } from '../engine/wire.ts'
import { EngineDisconnected, EngineGone, EngineRefused, EngineUnreachable } from '../errors.ts'
import { nameOf, sampleOf, type ContainerSnapshot, type Sample } from './snapshot.ts'

/**
 * Stats calls at a time. A direct Engine collects within the call; a ticked one answers all that wait on its one-second
 * tick, so asking for less than all at once costs a second more each time.
 */
const CONCURRENCY = { direct: 16, ticked: 256 }

const hasStats = ({ state }: ContainerSummary) => state === 'running' || state === 'paused'

const isHostFailure = (error: unknown) =>
  error instanceof EngineRefused || error instanceof EngineUnreachable || error instanceof EngineDisconnected

export interface PollOptions {
  engine: EngineClient
  /** Samples of the polls before, by container id. */
  before: ReadonlyMap<string, Sample>
  /** How long a sample stands in for the ones that fail, milliseconds. */
  staleAfter: number
  signal: AbortSignal
}

export interface PollResult {
  containers: readonly ContainerSnapshot[]
  /** What went wrong for single containers; they keep their rows. */
  failures: readonly unknown[]
}

/**
 * Asks an Engine for its containers and one sample of each that runs.
 * @throws an error of the catalogue when the Engine gives no list, or is lost on the way
 */
export async function poll ({ engine, before, staleAfter, signal }: PollOptions): Promise<PollResult> {
  const summaries = await engine.containers(signal)
  const { oneShot } = await engine.server(signal)
  const failures: unknown[] = []

  async function sample (summary: ContainerSummary): Promise<Sample | null> {
    const last = before.get(summary.id) ?? null
    try {
      const stats = await engine.stats(summary.id, signal)
      if (stats) return sampleOf(stats, Date.now(), last)
    } catch (error) {
      if (error instanceof EngineGone || isHostFailure(error)) throw error
      failures.push(error)
    }
    const isFresh = last !== null && Date.now() - last.at <= staleAfter
    return isFresh ? Object.freeze({ ...last, rxBytesDelta: null, txBytesDelta: null }) : null
  }

  async function snapshot (summary: ContainerSummary): Promise<ContainerSnapshot | typeof pMapSkip> {
    const { id, image, state, networkMode } = summary
    try {
      return Object.freeze({
        id, name: nameOf(summary), image, state, networkMode, sample: hasStats(summary) ? await sample(summary) : null
      })
    } catch (error) {
      if (error instanceof EngineGone) return pMapSkip
      throw error
    }
  }

  const containers = await pMap(summaries, snapshot, { concurrency: CONCURRENCY[oneShot] })
  return { containers: Object.freeze(containers), failures }
}
