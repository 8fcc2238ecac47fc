import type { Config } from '../config/config.ts'
import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import { presentationOf } from './presentation.ts'

/** A container in `/stats`. Unknown numbers are 0, because the contract documents them as numbers. */
export function statsRow (
  { host }: HostSnapshot,
  container: ContainerSnapshot,
  config: Pick<Config, 'container' | 'tags'>
) {
  const { id, name, image, state, networkMode, memoryLimitBytes, sample } = container
  const { link, icon, tags } = presentationOf(host, container, config)
  return {
    name,
    id,
    hostName: host,
    state,
    cpu_usage: sample?.cpuNanoseconds ?? 0,
    mem_usage: sample?.memoryBytes ?? 0,
    mem_limit: (sample && memoryLimitBytes) ?? 0,
    net_rx: sample?.rxBytes ?? 0,
    net_tx: sample?.txBytes ?? 0,
    current_net_rx: sample?.rxBytesDelta ?? 0,
    current_net_tx: sample?.txBytesDelta ?? 0,
    networkMode: networkMode ?? '',
    link,
    icon,
    tags: tags.map(({ name, colour }) => colour ? `${name}:${colour}` : name).join(','),
    image
  }
}
