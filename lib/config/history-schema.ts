export const historySchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  properties: {
    memory: {
      type: 'integer',
      minimum: 1,
      maximum: 4096,
      default: 64,
      description: 'Memory in MiB for the last 15 minutes, about 5 KiB per container'
    },
    disk: {
      type: 'boolean',
      default: true,
      description: '`false` keeps the history in memory only'
    },
    file: {
      type: 'string',
      minLength: 1,
      default: 'data/history.db',
      description: 'SQLite database for the last 30 days'
    }
  }
} as const
