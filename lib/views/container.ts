import type { Sample } from '../collector/sample.ts'
import type { ContainerSnapshot, HostSnapshot } from '../collector/snapshot.ts'
import type { Config } from '../config/load.ts'
import { decorationOf } from './decoration.ts'
import { networkOwner, networkScope } from './network.ts'

/** What the configuration says of how containers are shown. */
export type Shown = Pick<Config, 'container' | 'tags' | 'labels'>

const PROJECT = 'com.docker.compose.project'
const SERVICE = 'com.docker.compose.service'

/** Why a container has no sample. */
function whyNone ({ state }: ContainerSnapshot, { poll }: HostSnapshot): string {
  if (state !== 'running' && state !== 'paused') return 'not running'
  return poll.isStalled ? 'the Engine gives no stats' : 'no sample yet'
}

function cpuOf (container: ContainerSnapshot, snapshot: HostSnapshot) {
  const { sample, limits } = container
  if (!sample) return { available: false, why: whyNone(container, snapshot) }
  if (sample.cpuNanoseconds === null) return { available: false, why: 'the Engine reports no CPU time' }
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

/** The least of what was set, what the Engine says and what the host has: no limit is above the host's memory. */
function memoryLimit (limits: ContainerSnapshot['limits'], sample: Sample, { engine }: HostSnapshot): number | null {
  const known = [limits?.memoryBytes, sample.memoryLimitBytes, engine?.memoryBytes].filter(bytes => bytes != null)
  const least = Math.min(...known)
  return known.length > 0 && least > 0 ? least : null
}

function memoryOf (container: ContainerSnapshot, snapshot: HostSnapshot) {
  const { sample, limits } = container
  if (!sample) return { available: false, why: whyNone(container, snapshot) }
  const { memoryBytes } = sample
  if (memoryBytes === null) {
    return { available: false, why: 'the Engine reports no memory (is the memory cgroup on?)' }
  }
  const limitBytes = memoryLimit(limits, sample, snapshot)
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

/** A container as `/containers` shows it, with everything that is known. */
export function containerRow (snapshot: HostSnapshot, container: ContainerSnapshot, config: Shown) {
  const { id, name, image, state, health, exitCode, startedAt, restartCount, oomKilled, oomEvents } = container
  const { labels, limits, sample } = container
  const project = labels[PROJECT]
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
    compose: project === undefined ? null : { project, service: labels[SERVICE] ?? null },
    labels: Object.fromEntries(Object.entries(labels).filter(([label]) => config.labels.includes(label))),
    cpu: cpuOf(container, snapshot),
    memory: memoryOf(container, snapshot),
    network: networkOf(container, snapshot),
    blockIo: blockIoOf(sample),
    pids: { current: sample && sample.pids, limit: limits && limits.pids },
    sampledAt: sample && new Date(sample.at).toISOString(),
    ...decorationOf(snapshot.host, container, config)
  }
}
