import type { ContainerSnapshot } from '../../model/snapshot.ts'
import type { Family } from './family.ts'

/** The metrics that cAdvisor has too, by its names. */
export const cadvisorNames = <Source> (families: readonly Family<Source>[]): Family<Source>[] =>
  families.flatMap(family => family.cadvisor ? { ...family, name: family.cadvisor } : [])

/** What only cAdvisor has. */
export const cadvisorOnly: readonly Family<ContainerSnapshot>[] = [
  {
    name: 'container_spec_memory_limit_bytes',
    type: 'gauge',
    help: 'Memory that the container may use; 0 without a limit',
    read: ({ limits, memoryLimitBytes }) => limits && (limits.memoryBytes === null ? 0 : memoryLimitBytes)
  },
  {
    name: 'container_last_seen',
    type: 'gauge',
    help: 'When the container was last sampled, since the epoch',
    read: ({ sample }) => sample && sample.at / 1000
  }
]
