const number = { type: ['number', 'null'] } as const
const text = { type: ['string', 'null'] } as const
const flag = { type: ['boolean', 'null'] } as const

const why = { type: 'string', description: 'Why there are no values; the other fields are then absent' } as const
const rate = (what: string) =>
  ({ ...number, description: `${what} per second; null until the current run has two samples` }) as const

const cpu = {
  type: 'object',
  additionalProperties: false,
  required: ['available'],
  properties: {
    available: { type: 'boolean' },
    why,
    usageNanoseconds: { ...number, description: 'CPU time used since the container started' },
    userNanoseconds: { ...number, description: 'CPU time used in user mode' },
    systemNanoseconds: { ...number, description: 'CPU time used in kernel mode' },
    cores: { ...number, description: 'CPU usage in cores; null until the current run has two samples' },
    percent: { ...number, description: 'CPU usage in percent; 100 is one CPU' },
    hostPercent: { ...number, description: 'CPU usage in percent; 100 is all CPUs of the host' },
    limitCores: { ...number, description: 'CPU limit in cores; null if none is set' },
    throttling: {
      type: 'object',
      description: 'Throttling by the CPU limit since the container started',
      properties: { periods: number, throttledPeriods: number, throttledNanoseconds: number }
    }
  }
} as const

const memory = {
  type: 'object',
  additionalProperties: false,
  required: ['available'],
  properties: {
    available: { type: 'boolean' },
    why,
    usageBytes: { ...number, description: 'Memory used, including page cache' },
    workingSetBytes: { ...number, description: 'Memory used without inactive file cache, as shown by docker stats' },
    cacheBytes: number,
    swapBytes: number,
    limitBytes: { ...number, description: 'Memory limit, or the memory of the host if no limit is set' },
    limitSet: { ...flag, description: 'Whether a memory limit is set; null until the container has been inspected' },
    percent: { ...number, description: 'workingSetBytes as a percentage of limitBytes' }
  }
} as const

const interfaceCounters = {
  type: 'object',
  additionalProperties: false,
  properties: {
    rxBytes: number, txBytes: number, rxPackets: number, txPackets: number, rxDropped: number, txDropped: number
  }
} as const

const network = {
  type: 'object',
  additionalProperties: false,
  required: ['scope', 'of', 'rxBytes', 'txBytes', 'rxBytesPerSecond', 'txBytesPerSecond', 'interfaces'],
  properties: {
    scope: {
      type: ['string', 'null'],
      enum: ['own', 'container', 'host', 'none', null],
      description: 'Whose network it uses; `host` and `none` have no counters'
    },
    of: { ...text, description: 'Name of the container whose network it shares; the counters are for that network' },
    rxBytes: { ...number, description: 'Bytes received on all interfaces since the container started' },
    txBytes: number,
    rxBytesPerSecond: rate('Bytes'),
    txBytesPerSecond: rate('Bytes'),
    interfaces: { type: ['object', 'null'], additionalProperties: interfaceCounters }
  }
} as const

const tags = {
  type: 'array',
  items: { type: 'object', required: ['name', 'colour'], properties: { name: { type: 'string' }, colour: text } }
} as const

/** A container in `/containers`. Field names include the unit, and unknown values are null. */
export const containerSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    host: { type: 'string', description: 'Name in the configuration' },
    id: { type: 'string' },
    name: { type: 'string' },
    image: { type: 'string' },
    state: { type: 'string' },
    health: { ...text, description: 'starting, healthy or unhealthy; null if there is no health check' },
    exitCode: { ...number, description: 'Exit code of the last completed run' },
    startedAt: { ...text, description: 'RFC 3339, according to the clock of the Engine' },
    restartCount: number,
    oomKilled: { ...flag, description: 'Whether the out-of-memory killer ended a process in the last run' },
    oomEvents: {
      type: 'number',
      description: 'Out-of-memory kills reported by Engine events since DockStatAPI started'
    },
    compose: {
      type: ['object', 'null'],
      properties: { project: { type: 'string' }, service: text }
    },
    swarm: {
      type: ['object', 'null'],
      description: 'Docker Swarm stack, service and task',
      properties: { stack: text, service: text, task: text }
    },
    labels: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'The labels listed under `labels` in the configuration'
    },
    cpu,
    memory,
    network,
    blockIo: {
      type: 'object',
      properties: {
        readBytes: number, writeBytes: number, readBytesPerSecond: rate('Bytes'), writeBytesPerSecond: rate('Bytes')
      }
    },
    pids: {
      type: 'object',
      description: 'Number of processes and threads, and its limit',
      properties: { current: number, limit: number }
    },
    sampledAt: { ...text, description: 'When the last sample was received, ISO 8601' },
    link: { type: 'string' },
    icon: { type: 'string' },
    tags
  }
} as const
