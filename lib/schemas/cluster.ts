const milliseconds = (description: string) => ({ type: ['number', 'null'], description }) as const
const flag = (description: string) => ({ type: 'boolean', description }) as const
const count = (description: string) => ({ type: 'number', description }) as const
const text = (description: string) => ({ type: 'string', description }) as const

const replica = {
  type: 'object',
  additionalProperties: false,
  required: [
    'id', 'name', 'version', 'isSelf', 'isReadable', 'isLeading', 'differences', 'hosts', 'heardMs', 'lagMs'
  ],
  properties: {
    id: text('Changes with every start'),
    name: text('Name of its machine or container'),
    version: text('Version of the service'),
    isSelf: flag('Whether it is the one that answers'),
    isReadable: flag('Whether its version has the same format of messages, so that it belongs to the same cluster'),
    isLeading: flag('Whether it has the configuration that decides which hosts are polled: the newest one'),
    differences: {
      type: 'array',
      items: { type: 'string' },
      description: 'Keys in which its configuration differs from the one that leads'
    },
    hosts: count('Hosts that it polls'),
    heardMs: count('Milliseconds since it was last heard of'),
    lagMs: milliseconds('Milliseconds from the end of its last poll until its result was here; null if unknown')
  }
} as const

/** `/cluster`. */
export const clusterSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'isConnected', 'problem', 'replicas', 'leases', 'silentHosts', 'messages', 'bytes'],
  properties: {
    id: text('Of the replica that answers'),
    isConnected: flag('Whether it can reach the server that the replicas share'),
    problem: { type: ['string', 'null'], description: 'Why it cannot; null if it can' },
    replicas: { type: 'array', items: replica },
    leases: {
      type: 'object',
      additionalProperties: false,
      required: ['held', 'lost'],
      properties: {
        held: count('Hosts that this replica polls'),
        lost: count('Leases that another replica has taken from this one since it started')
      }
    },
    silentHosts: count('Hosts of replicas that were not heard of for 30 seconds, shown as they were last known'),
    messages: {
      type: 'object',
      additionalProperties: false,
      required: ['sent', 'received', 'unreadable'],
      properties: { sent: count('Since the start'), received: count('Also our own'), unreadable: count('Not ours') }
    },
    bytes: {
      type: 'object',
      additionalProperties: false,
      required: ['sent', 'received'],
      properties: { sent: count('Compressed, since the start'), received: count('Compressed, since the start') }
    }
  }
} as const

export const clusterExample = {
  id: 'PZ6w3X1bq0yR',
  isConnected: true,
  problem: null,
  replicas: [
    {
      id: 'PZ6w3X1bq0yR',
      name: 'dockstat-0',
      version: '2.0.0',
      isSelf: true,
      isReadable: true,
      isLeading: true,
      differences: [],
      hosts: 6,
      heardMs: 1250,
      lagMs: null
    },
    {
      id: 'q2v0Jc8sTn4L',
      name: 'dockstat-1',
      version: '2.0.0',
      isSelf: false,
      isReadable: true,
      isLeading: true,
      differences: [],
      hosts: 4,
      heardMs: 310,
      lagMs: 42
    }
  ],
  leases: { held: 6, lost: 0 },
  silentHosts: 0,
  messages: { sent: 1204, received: 2398, unreadable: 0 },
  bytes: { sent: 913404, received: 1840112 }
} as const
