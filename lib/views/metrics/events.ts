import type { HostSnapshot } from '../../model/snapshot.ts'
import type { Family } from './family.ts'

/** Metrics of hosts, because they also count for containers that are gone. */
export const eventFamilies: readonly Family<HostSnapshot>[] = [{
  name: 'docker_container_events_total',
  type: 'counter',
  help: 'Events of containers since DockStatAPI started; only die starts at 0, others appear with the first event',
  labels: ['name', 'action'],
  read: ({ containers, transitionCounts }) => [
    ...containers.map(({ name }) => ({ labels: { name, action: 'die' }, value: 0 })),
    ...transitionCounts.map(({ name, action, count }) => ({ labels: { name, action }, value: count }))
  ]
}]
