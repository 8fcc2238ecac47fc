const number = { type: ['number', 'null'] } as const
const text = { type: ['string', 'null'] } as const
const flag = { type: ['boolean', 'null'] } as const

const why = { type: 'string', description: 'Why nothing is known; the other fields are left out then' } as const
const rate = (what: string) =>
  ({ ...number, description: `${what} a second; null until there are two samples of this run` }) as const

const cpu = {
  type: 'object',
  additionalProperties: false,
  required: ['available'],
  properties: {
    available: { type: 'boolean' },
    why,
    usageNanoseconds: { ...number, description: 'CPU time since it started' },
    userNanoseconds: { ...number, description: 'Of that, outside of the kernel' },
    systemNanoseconds: { ...number, description: 'Of that, in the kernel' },
    cores: { ...number, description: 'CPUs\' worth of time; null until there are two samples of this run' },
    percent: { ...number, description: 'The same; 100 is one CPU' },
    hostPercent: { ...number, description: 'The same; 100 is all CPUs of the host' },
    limitCores: { ...number, description: 'CPUs\' worth of time that it may use; null without a limit' },
    throttling: {
      type: 'object',
      description: 'What the limit took off since it started',
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
    usageBytes: { ...number, description: 'With the page cache' },
    workingSetBytes: { ...number, description: 'Without inactive file cache, as docker stats shows it' },
    cacheBytes: number,
    swapBytes: number,
    limitBytes: { ...number, description: 'What it may use: its limit, or the memory of the host' },
    limitSet: { ...flag, description: 'Whether it has a limit of its own; null until it has been inspected' },
    percent: { ...number, description: 'workingSetBytes of limitBytes' }
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
      description: 'Whose network it is in: `container` is that of another, `host` and `none` are not counted'
    },
    of: { ...text, description: 'The name of the container whose network it is in, whose numbers these are' },
    rxBytes: { ...number, description: 'All interfaces, since the container started' },
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

/** A container as `/containers` shows it. Units stand in the names, unknown is null. */
export const containerSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    host: { type: 'string', description: 'Name in the configuration' },
    id: { type: 'string' },
    name: { type: 'string' },
    image: { type: 'string' },
    state: { type: 'string' },
    health: { ...text, description: 'starting, healthy or unhealthy; null without a health check' },
    exitCode: { ...number, description: 'Of the last run that ended' },
    startedAt: { ...text, description: 'RFC 3339, by the clock of the Engine' },
    restartCount: number,
    oomKilled: { ...flag, description: 'Whether the kernel ended a process of it for lack of memory' },
    oomEvents: { type: 'number', description: 'How often that was told since the service knows it' },
    compose: {
      type: ['object', 'null'],
      properties: { project: { type: 'string' }, service: text }
    },
    swarm: {
      type: ['object', 'null'],
      description: 'Of Docker Swarm',
      properties: { stack: text, service: text, task: text }
    },
    labels: { type: 'object', additionalProperties: { type: 'string' }, description: 'Those that `labels` names' },
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
      description: 'Processes and threads, and the limit that was set',
      properties: { current: number, limit: number }
    },
    sampledAt: { ...text, description: 'When its numbers were received, ISO 8601' },
    link: { type: 'string' },
    icon: { type: 'string' },
    tags
  }
} as const
