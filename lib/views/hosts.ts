import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import type { Sample } from '../model/sample.ts'

const sum = (containers: readonly ContainerSnapshot[], field: 'cpuNanoseconds' | 'memoryBytes') =>
  containers.reduce((total, { sample }: { sample: Sample | null }) => total + (sample?.[field] ?? 0), 0)

/** A host in `/hosts`. Unknown numbers are 0, because the contract documents them as numbers. */
export function hostSummary ({ engine, containers, up, lastSeen, error, problems }: HostSnapshot) {
  const totalMemory = engine?.memoryBytes ?? 0
  return {
    containerCount: containers.length,
    totalCPUs: engine?.cpus ?? 0,
    totalMemory,
    cpuUsage: sum(containers, 'cpuNanoseconds'),
    memoryUsage: (totalMemory === 0 ? 0 : 100 * sum(containers, 'memoryBytes') / totalMemory).toFixed(2),
    up,
    lastSeen: lastSeen === null ? null : new Date(lastSeen).toISOString(),
    error: error?.code ?? problems.find(({ what }) => what === 'list')?.code ?? null
  }
}
