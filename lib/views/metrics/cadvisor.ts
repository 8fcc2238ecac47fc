import type { ContainerSnapshot } from '../../model/snapshot.ts'
import type { Family } from './family.ts'

/** The metrics that cAdvisor also has, under its names. */
export const cadvisorNames = <Source> (families: readonly Family<Source>[]): Family<Source>[] =>
  families.flatMap(family => family.cadvisor ? { ...family, name: family.cadvisor } : [])

/** Metrics that exist only under the names of cAdvisor. */
export const cadvisorOnly: readonly Family<ContainerSnapshot>[] = [
  {
    name: 'container_spec_memory_limit_bytes',
    type: 'gauge',
    help: 'Memory limit; 0 if none is set',
    read: ({ limits, memoryLimitBytes }) => limits && (limits.memoryBytes === null ? 0 : memoryLimitBytes)
  },
  {
    name: 'container_last_seen',
    type: 'gauge',
    help: 'When the container was last sampled, in seconds since the Unix epoch',
    read: ({ sample }) => sample && sample.at / 1000
  }
]
