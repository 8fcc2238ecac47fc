import type { DemoContainer } from './container.ts'
import { growthOf, levelOf } from './curves.ts'
import { plots } from './plots.ts'

export interface Used {
  cpuSeconds: number
  /** Bytes. */
  rx: number
  tx: number
  read: number
  write: number
}

/** Counters between two times, seconds since the epoch. Each has noise of its own, but all have the same bursts. */
export function usedBy ({ means, shape }: DemoContainer, from: number, to: number): Used {
  const grown = (mean: number, noise: number) => growthOf(mean, { ...shape, noise }, from, to)
  return {
    cpuSeconds: grown(means.cpu, 0),
    rx: grown(means.rx, 1),
    tx: grown(means.tx, 2),
    read: grown(means.read, 3),
    write: grown(means.write, 4)
  }
}

/** Bytes of memory at a time, of a run that started at another. */
export function memoryOf (container: DemoContainer, startedAt: number, at: number): number {
  const { memory, limits, shape, plot } = container
  const leaked = plot === 'leaks' ? (limits.memory - memory) * (at - startedAt) / plots.leaks.every : 0
  return levelOf(memory, shape, at) + leaked
}
