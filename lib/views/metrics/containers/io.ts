import type { ContainerSnapshot } from '../../../model/snapshot.ts'
import type { Family } from '../family.ts'

export const io: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_fs_reads_bytes_total',
    type: 'counter',
    help: 'Bytes read from block devices',
    cadvisor: 'container_fs_reads_bytes_total',
    read: ({ sample }) => sample?.blockReadBytes
  },
  {
    name: 'docker_container_fs_writes_bytes_total',
    type: 'counter',
    help: 'Bytes written to block devices',
    cadvisor: 'container_fs_writes_bytes_total',
    read: ({ sample }) => sample?.blockWriteBytes
  },
  {
    name: 'docker_container_pids',
    type: 'gauge',
    help: 'Processes and threads',
    read: ({ sample }) => sample?.pids
  },
  {
    name: 'docker_container_pids_limit',
    type: 'gauge',
    help: 'Limit on processes and threads; absent if none is set',
    read: ({ limits }) => limits?.pids
  }
]
