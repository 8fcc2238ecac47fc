const number = { type: ['number', 'null'] } as const
const text = { type: ['string', 'null'] } as const
const flag = { type: ['boolean', 'null'] } as const

/** A host as `/hosts` shows it. */
export const hostSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['containerCount', 'totalCPUs', 'totalMemory', 'cpuUsage', 'memoryUsage', 'up', 'lastSeen', 'error'],
  properties: {
    containerCount: { type: 'number', description: 'Containers in every state' },
    totalCPUs: { type: 'number' },
    totalMemory: { type: 'number', description: 'Bytes' },
    cpuUsage: { type: 'number', description: 'Sum of cpu_usage of its containers, nanoseconds' },
    memoryUsage: { type: 'string', description: 'Percent of totalMemory that its containers use, two decimals' },
    up: { ...flag, description: 'Whether the last poll reached its Engine; null until the first one has ended' },
    lastSeen: { ...text, description: 'When a poll last reached it, ISO 8601' },
    error: { ...text, description: 'Code of the error that the last poll, or its list of containers, ended with' }
  }
} as const

const problems = {
  type: 'array',
  description: 'What does not work though the host is up',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['what', 'code', 'message', 'since', 'containers'],
    properties: {
      what: { enum: ['list', 'info', 'inspect', 'stats', 'all stats', 'events'], description: 'The calls that fail' },
      code: { type: 'string' },
      message: { type: 'string' },
      since: { type: 'string', description: 'When it began, ISO 8601' },
      containers: {
        type: 'array',
        items: { type: 'string' },
        description: 'Names of the containers that it is about; none where it is about the host'
      }
    }
  }
} as const

const deadlines = {
  type: 'object',
  description: 'How long single calls may take now: four times the slowest one lately, more where none was in time',
  properties: {
    listMs: { type: 'number', description: 'From 5,000 to 30,000' },
    infoMs: { type: 'number', description: 'From 2,000 to 10,000' },
    inspectMs: { type: 'number', description: 'From 2,000 to 20,000' },
    statsMs: { type: 'number', description: 'From 2,000 to 20,000' }
  }
} as const

/** A host as `/hosts/{host}` shows it. */
export const hostDetailsSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'host', 'up', 'lastSeen', 'ageMs', 'error', 'address', 'transport', 'engine', 'containers', 'poll', 'requests',
    'missingRights', 'events', 'problems', 'deadlines', 'certificateExpiresAt', 'pollErrors', 'totals'
  ],
  properties: {
    host: { type: 'string', description: 'Name in the configuration' },
    up: { ...flag, description: 'Whether the last poll reached its Engine; null until the first one has ended' },
    lastSeen: { ...text, description: 'When a poll last reached it, ISO 8601' },
    ageMs: { ...number, description: 'How long before this was made that was' },
    error: {
      type: ['object', 'null'],
      description: 'What the last poll ended with',
      properties: { code: { type: 'string' }, message: { type: 'string' } }
    },
    address: { type: 'string', description: 'Where its Engine is asked' },
    transport: { type: 'string', description: 'How: unix, tcp, http, https or ssh' },
    engine: {
      type: ['object', 'null'],
      description: 'null until the Engine has answered once',
      properties: {
        kind: { enum: ['docker', 'podman', 'unknown'] },
        version: text,
        apiVersion: { type: 'string', description: 'API version that is spoken' },
        osType: { ...text, description: 'Operating system of its containers: linux or windows' },
        oneShot: { enum: ['direct', 'ticked'], description: 'Whether stats are answered at once, or on a tick' },
        id: text,
        name: { ...text, description: 'Name of the machine' },
        operatingSystem: { ...text, description: 'Operating system of the machine, in words' },
        cpus: number,
        memoryBytes: number
      }
    },
    containers: {
      type: 'object',
      properties: {
        total: { ...number, description: 'null while no list of them is to be had' },
        byState: { type: 'object', additionalProperties: { type: 'number' } }
      }
    },
    poll: {
      type: 'object',
      properties: {
        durationMs: { ...number, description: 'How long the last poll took' },
        intervalMs: { type: 'number', description: 'Wait between polls, longer where they take long' },
        isStalled: { type: 'boolean', description: 'Whether the Engine answers, but gives no stats' }
      }
    },
    requests: {
      type: 'object',
      description: 'Requests sent to the Engine since the start, by endpoint',
      additionalProperties: { type: 'number' }
    },
    missingRights: {
      type: 'array',
      description: 'What a proxy in front of the Engine would have to allow, in its own words',
      items: { type: 'string' }
    },
    events: {
      enum: ['live', 'connecting', 'refused'],
      description: 'Whether the Engine tells changes as they happen'
    },
    problems,
    deadlines,
    certificateExpiresAt: {
      ...text,
      description: 'When the first of the certificates ends that the Engine is asked with, ISO 8601; null while unknown'
    },
    pollErrors: {
      type: 'object',
      description: 'Polls that failed since the start, by the code of the error',
      additionalProperties: { type: 'number' }
    },
    totals: {
      type: 'object',
      description: 'Of its containers; null while nothing is known. A network that several are in counts once',
      properties: {
        cpuCores: number, memoryWorkingSetBytes: number, rxBytesPerSecond: number, txBytesPerSecond: number
      }
    }
  }
} as const
