import type { ContainerSnapshot } from '../../../model/snapshot.ts'
import type { Family } from '../family.ts'

export const memory: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_memory_working_set_bytes',
    type: 'gauge',
    help: 'Memory used without inactive file cache, as shown by docker stats',
    cadvisor: 'container_memory_working_set_bytes',
    read: ({ sample }) => sample?.memoryBytes
  },
  {
    name: 'docker_container_memory_usage_bytes',
    type: 'gauge',
    help: 'Memory used, including page cache',
    cadvisor: 'container_memory_usage_bytes',
    read: ({ sample }) => sample?.memoryUsageBytes
  },
  {
    name: 'docker_container_memory_cache_bytes',
    type: 'gauge',
    help: 'Page cache',
    cadvisor: 'container_memory_cache',
    read: ({ sample }) => sample?.memoryCacheBytes
  },
  {
    name: 'docker_container_memory_swap_bytes',
    type: 'gauge',
    help: 'Swap used; absent if the Engine does not report it',
    cadvisor: 'container_memory_swap',
    read: ({ sample }) => sample?.memorySwapBytes
  },
  {
    name: 'docker_container_memory_limit_bytes',
    type: 'gauge',
    help: 'Memory limit; absent if none is set',
    read: ({ limits, memoryLimitBytes }) => limits?.memoryBytes && memoryLimitBytes
  },
  {
    name: 'docker_container_oom_killed',
    type: 'gauge',
    help: 'Whether the out-of-memory killer ended a process during the last run',
    read: ({ oomKilled }) => oomKilled
  },
  {
    name: 'docker_container_oom_events_total',
    type: 'counter',
    help: 'Out-of-memory kills reported by Engine events since DockStatAPI started',
    read: ({ oomEvents }) => oomEvents
  }
]
