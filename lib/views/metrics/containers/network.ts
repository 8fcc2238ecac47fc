import type { Sample } from '../../../model/sample.ts'
import type { ContainerSnapshot } from '../../../model/snapshot.ts'
import type { Family } from '../family.ts'

type Interface = NonNullable<Sample['interfaces']>[string]

/** One series per interface; none for a container that shares another's network, which counts its traffic. */
const perInterface = (counter: keyof Interface) => ({ networkMode, sample }: ContainerSnapshot) =>
  networkMode?.startsWith('container:')
    ? null
    : Object.entries(sample?.interfaces ?? {}).map(([name, counters]) =>
      ({ labels: { interface: name }, value: counters[counter] }))

export const network: Family<ContainerSnapshot>[] = [
  {
    name: 'docker_container_network_receive_bytes_total',
    type: 'counter',
    help: 'Bytes received',
    labels: ['interface'],
    cadvisor: 'container_network_receive_bytes_total',
    read: perInterface('rxBytes')
  },
  {
    name: 'docker_container_network_transmit_bytes_total',
    type: 'counter',
    help: 'Bytes sent',
    labels: ['interface'],
    cadvisor: 'container_network_transmit_bytes_total',
    read: perInterface('txBytes')
  },
  {
    name: 'docker_container_network_receive_packets_total',
    type: 'counter',
    help: 'Packets received',
    labels: ['interface'],
    read: perInterface('rxPackets')
  },
  {
    name: 'docker_container_network_transmit_packets_total',
    type: 'counter',
    help: 'Packets sent',
    labels: ['interface'],
    read: perInterface('txPackets')
  },
  {
    name: 'docker_container_network_receive_packets_dropped_total',
    type: 'counter',
    help: 'Packets dropped while receiving',
    labels: ['interface'],
    read: perInterface('rxDropped')
  },
  {
    name: 'docker_container_network_transmit_packets_dropped_total',
    type: 'counter',
    help: 'Packets dropped while sending',
    labels: ['interface'],
    read: perInterface('txDropped')
  }
]
