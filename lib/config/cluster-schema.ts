export const clusterSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['url'],
  properties: {
    url: {
      type: 'string',
      format: 'cluster-url',
      writeOnly: true,
      description: 'Valkey or Redis server through which replicas share the work: `redis://…`, `valkey://…`, ' +
        '`rediss://…` with TLS, or `redis+sentinel://…`; default: no cluster'
    },
    prefix: {
      type: 'string',
      format: 'cluster-prefix',
      default: 'dockstat',
      description: 'Start of the names of all keys and channels; replicas with the same one are a cluster'
    },
    lease: {
      type: 'integer',
      minimum: 1000,
      maximum: 600_000,
      default: 15_000,
      description: 'Milliseconds within which the hosts of a lost replica are polled by others'
    }
  }
} as const
