/** `?host=a&host=b`: of these hosts only. */
export const hostQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['host'],
  properties: {
    host: { type: 'array', items: { type: 'string' }, default: [], description: 'Only this host; repeatable' }
  }
} as const

/** No parameter at all. */
export const noQuery = { type: 'object', additionalProperties: false, properties: {} } as const
