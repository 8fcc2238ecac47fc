const text = { type: ['string', 'null'] } as const

/** Something that happened to a container or a host. */
export const transitionSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'at', 'host', 'container', 'action', 'exitCode', 'health', 'detail'],
  properties: {
    id: { type: 'integer', description: 'Increases with each transition, also across restarts of the service' },
    at: { type: 'string', description: 'When it happened, RFC 3339; for containers by the clock of the Engine' },
    host: { type: 'string', description: 'Name in the configuration' },
    container: {
      type: ['object', 'null'],
      description: 'null if it happened to the host',
      additionalProperties: false,
      required: ['id', 'name', 'image'],
      properties: { id: { type: 'string' }, name: { type: 'string' }, image: { type: 'string' } }
    },
    action: {
      enum: [
        'start', 'die', 'oom', 'health', 'restart', 'pause', 'unpause', 'rename', 'create', 'destroy', 'host-down',
        'host-up'
      ],
      description: 'What happened; the names are those of Docker events'
    },
    exitCode: { type: ['integer', 'null'], description: 'Of die; null if unknown' },
    health: { ...text, description: 'Of health: healthy or unhealthy' },
    detail: { ...text, description: 'Former name (rename), or why the host is down (host-down)' }
  }
} as const
