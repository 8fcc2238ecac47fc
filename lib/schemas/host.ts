const number = { type: ['number', 'null'] } as const
const text = { type: ['string', 'null'] } as const
const flag = { type: ['boolean', 'null'] } as const

/** A host in `/hosts`. */
export const hostSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['containerCount', 'totalCPUs', 'totalMemory', 'cpuUsage', 'memoryUsage', 'up', 'lastSeen', 'error'],
  properties: {
    containerCount: { type: 'number', description: 'Containers in every state' },
    totalCPUs: { type: 'number' },
    totalMemory: { type: 'number', description: 'Bytes' },
    cpuUsage: { type: 'number', description: 'Sum of cpu_usage of all containers, nanoseconds' },
    memoryUsage: { type: 'string', description: 'Memory used by all containers in percent of totalMemory' },
    up: { ...flag, description: 'Whether the last poll reached the Docker Engine; null until the first poll ends' },
    lastSeen: { ...text, description: 'When a poll last reached the host, ISO 8601' },
    error: { ...text, description: 'Error code if the last poll, or its container list, failed' }
  }
} as const

const problems = {
  type: 'array',
  description: 'Calls that fail while the host is up',
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['what', 'code', 'message', 'since', 'containers'],
    properties: {
      what: { enum: ['list', 'info', 'inspect', 'stats', 'all stats', 'events'], description: 'The calls that fail' },
      code: { type: 'string' },
      message: { type: 'string' },
      since: { type: 'string', description: 'When the problem began, ISO 8601' },
      containers: {
        type: 'array',
        items: { type: 'string' },
        description: 'Names of the affected containers; empty if the whole host is affected'
      }
    }
  }
} as const

const deadlines = {
  type: 'object',
  description: 'Current timeouts of single calls: four times the slowest recent call, or more after timeouts',
  properties: {
    listMs: { type: 'number', description: 'From 5,000 to 30,000' },
    infoMs: { type: 'number', description: 'From 2,000 to 10,000' },
    inspectMs: { type: 'number', description: 'From 2,000 to 20,000' },
    statsMs: { type: 'number', description: 'From 2,000 to 20,000' }
  }
} as const

const configuration = {
  type: 'object',
  description: 'The configuration of the service',
  additionalProperties: false,
  required: ['isCurrent', 'loadedAt'],
  properties: {
    isCurrent: { type: 'boolean', description: 'False while the file on disk is invalid and an older one is used' },
    loadedAt: { type: 'string', description: 'When the configuration in use was loaded, ISO 8601' }
  }
} as const

/** A host in `/hosts/{host}`. */
export const hostDetailsSchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'host', 'replica', 'up', 'lastSeen', 'ageMs', 'error', 'address', 'transport', 'engine', 'containers', 'poll',
    'requests',
    'missingRights', 'events', 'problems', 'deadlines', 'certificateExpiresAt', 'pollErrors', 'totals',
    'configuration'
  ],
  properties: {
    host: { type: 'string', description: 'Name in the configuration' },
    replica: { ...text, description: 'Name of the replica that polls the host; null without a cluster' },
    up: { ...flag, description: 'Whether the last poll reached the Docker Engine; null until the first poll ends' },
    lastSeen: { ...text, description: 'When a poll last reached the host, ISO 8601' },
    ageMs: { ...number, description: 'Age of lastSeen when this snapshot was taken' },
    error: {
      type: ['object', 'null'],
      description: 'Error of the last poll; null if it succeeded',
      properties: { code: { type: 'string' }, message: { type: 'string' } }
    },
    address: { type: 'string', description: 'Address of the Docker Engine' },
    transport: { type: 'string', description: 'Scheme of the address: unix, tcp, http, https or ssh' },
    engine: {
      type: ['object', 'null'],
      description: 'null until the Engine has responded once',
      properties: {
        kind: { enum: ['docker', 'podman', 'unknown'] },
        version: text,
        apiVersion: { type: 'string', description: 'API version in use' },
        osType: { ...text, description: 'Operating system of the containers: linux or windows' },
        oneShot: {
          enum: ['direct', 'ticked'],
          description: 'Whether the Engine returns stats immediately, or on its next tick'
        },
        id: text,
        name: { ...text, description: 'Host name of the machine' },
        operatingSystem: { ...text, description: 'Name of the operating system of the machine' },
        cpus: number,
        memoryBytes: number
      }
    },
    containers: {
      type: 'object',
      properties: {
        total: { ...number, description: 'null while the Engine does not provide a list' },
        byState: { type: 'object', additionalProperties: { type: 'number' } }
      }
    },
    poll: {
      type: 'object',
      properties: {
        durationMs: { ...number, description: 'Duration of the last poll' },
        intervalMs: { type: 'number', description: 'Wait between polls; longer than configured if polls are slow' },
        isStalled: { type: 'boolean', description: 'Whether the Engine responds but returns no stats' }
      }
    },
    requests: {
      type: 'object',
      description: 'Requests sent to the Engine since DockStatAPI started, by endpoint',
      additionalProperties: { type: 'number' }
    },
    missingRights: {
      type: 'array',
      description: 'Permissions that the proxy in front of the Engine does not grant, as it names them',
      items: { type: 'string' }
    },
    events: {
      enum: ['live', 'connecting', 'refused'],
      description: 'State of the event stream of the Engine'
    },
    problems,
    deadlines,
    certificateExpiresAt: {
      ...text,
      description: 'Earliest expiry of the TLS certificates used with the Engine, ISO 8601; null if unknown'
    },
    pollErrors: {
      type: 'object',
      description: 'Failed polls since DockStatAPI started, by error code',
      additionalProperties: { type: 'number' }
    },
    totals: {
      type: 'object',
      description: 'Totals of all containers; null if unknown. A network that containers share counts once',
      properties: {
        cpuCores: number, memoryWorkingSetBytes: number, rxBytesPerSecond: number, txBytesPerSecond: number
      }
    },
    configuration
  }
} as const
