export const hostQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['host'],
  properties: {
    host: { type: 'array', items: { type: 'string' }, default: [], description: 'Return only this host; repeatable' }
  }
} as const

export const noQuery = { type: 'object', additionalProperties: false, properties: {} } as const
