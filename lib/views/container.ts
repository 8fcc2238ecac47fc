import type { ContainerSnapshot, HostSnapshot } from '../model/snapshot.ts'
import type { Config } from '../config/config.ts'
import { composeOf, swarmOf } from '../model/labels.ts'
import { networkOwner, networkScope } from '../model/network.ts'
import { presentationOf } from './presentation.ts'
import type { Sample } from '../model/sample.ts'

export type Shown = Pick<Config, 'container' | 'tags' | 'labels'>

function whyNone ({ state, name }: ContainerSnapshot, { poll, problems }: HostSnapshot): string {
  if (state !== 'running' && state !== 'paused') return 'not running'
  const problem = problems.find(({ what, containers }) => what === 'stats' && containers.includes(name))
  if (problem) return `the Engine returned no stats: ${problem.message}`
  return poll.isStalled ? 'the Engine returned no stats' : 'no sample yet'
}

function cpuOf (container: ContainerSnapshot, snapshot: HostSnapshot) {
  const { sample, limits } = container
  if (!sample) return { available: false, why: whyNone(container, snapshot) }
  if (sample.cpuNanoseconds === null) {
    return { available: false, why: 'the Engine reports no CPU time (is the cpu cgroup controller enabled?)' }
  }
  const percent = sample.cpuCores === null ? null : 100 * sample.cpuCores
  const cpus = snapshot.engine?.cpus
  return {
    available: true,
    usageNanoseconds: sample.cpuNanoseconds,
    userNanoseconds: sample.cpuUserNanoseconds,
    systemNanoseconds: sample.cpuSystemNanoseconds,
    cores: sample.cpuCores,
    percent,
    hostPercent: percent !== null && cpus ? percent / cpus : null,
    limitCores: limits && limits.cpus,
    throttling: {
      periods: sample.cpuPeriods,
      throttledPeriods: sample.cpuThrottledPeriods,
      throttledNanoseconds: sample.cpuThrottledNanoseconds
    }
  }
}

function memoryOf (container: ContainerSnapshot, snapshot: HostSnapshot) {
  const { sample, limits, memoryLimitBytes: limitBytes } = container
  if (!sample) return { available: false, why: whyNone(container, snapshot) }
  const { memoryBytes } = sample
  if (memoryBytes === null) {
    return { available: false, why: 'the Engine reports no memory (is the memory cgroup controller enabled?)' }
  }
  return {
    available: true,
    usageBytes: sample.memoryUsageBytes,
    workingSetBytes: memoryBytes,
    cacheBytes: sample.memoryCacheBytes,
    swapBytes: sample.memorySwapBytes,
    limitBytes,
    limitSet: limits && limits.memoryBytes !== null,
    percent: limitBytes && 100 * memoryBytes / limitBytes
  }
}

const networkOf = (container: ContainerSnapshot, { containers }: HostSnapshot) => {
  const { sample } = container
  return {
    scope: networkScope(container),
    of: networkOwner(container, containers)?.name ?? null,
    rxBytes: sample && sample.rxBytes,
    txBytes: sample && sample.txBytes,
    rxBytesPerSecond: sample && sample.rxBytesPerSecond,
    txBytesPerSecond: sample && sample.txBytesPerSecond,
    interfaces: sample && sample.interfaces
  }
}

const blockIoOf = (sample: Sample | null) => ({
  readBytes: sample && sample.blockReadBytes,
  writeBytes: sample && sample.blockWriteBytes,
  readBytesPerSecond: sample && sample.blockReadBytesPerSecond,
  writeBytesPerSecond: sample && sample.blockWriteBytesPerSecond
})

/** A container in `/containers`. */
export function containerRow (snapshot: HostSnapshot, container: ContainerSnapshot, config: Shown) {
  const { id, name, image, state, health, exitCode, startedAt, restartCount, oomKilled, oomEvents } = container
  const { labels, limits, sample } = container
  return {
    host: snapshot.host,
    id,
    name,
    image,
    state,
    health,
    exitCode,
    startedAt,
    restartCount,
    oomKilled,
    oomEvents,
    compose: composeOf(labels),
    swarm: swarmOf(labels),
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => config.labels.includes(label))),
    cpu: cpuOf(container, snapshot),
    memory: memoryOf(container, snapshot),
    network: networkOf(container, snapshot),
    blockIo: blockIoOf(sample),
    pids: { current: sample && sample.pids, limit: limits && limits.pids },
    sampledAt: sample && new Date(sample.at).toISOString(),
    ...presentationOf(snapshot.host, container, config)
  }
}
