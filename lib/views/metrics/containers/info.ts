import { composeOf, swarmOf } from '../../../model/labels.ts'
import { own } from '../../../model/own.ts'
import type { ContainerSnapshot } from '../../../model/snapshot.ts'
import type { Family } from '../family.ts'

/** Prometheus allows fewer characters in label names; if two names collide, the first one with a value wins. */
function shownLabels ({ labels }: ContainerSnapshot, shown: readonly string[]) {
  const named: Record<string, string | undefined> = {}
  for (const name of shown) named[`container_label_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`] ??= own(labels, name)
  return named
}

/** @param shown names of the container labels that are exported */
export const info = (shown: readonly string[]): Family<ContainerSnapshot> => ({
  name: 'docker_container_info',
  type: 'info',
  help: 'ID, image, Compose and Swarm names, and the labels listed under labels in the configuration',
  labels: [
    'id', 'image', 'compose_project', 'compose_service', 'swarm_stack', 'swarm_service', 'swarm_task',
    'container_label_<name>'
  ],
  read: container => [{
    labels: {
      id: container.id.slice(0, 12),
      image: container.image,
      compose_project: composeOf(container.labels)?.project,
      compose_service: composeOf(container.labels)?.service,
      swarm_stack: swarmOf(container.labels)?.stack,
      swarm_service: swarmOf(container.labels)?.service,
      swarm_task: swarmOf(container.labels)?.task,
      ...shownLabels(container, shown)
    },
    value: 1
  }]
})
