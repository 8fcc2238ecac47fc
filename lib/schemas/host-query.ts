/** Parameters are lists, so that they never violate their schema: those that can be given once are checked later. */
export const texts = (description: string) =>
  ({ type: 'array', items: { type: 'string' }, default: [], description }) as const

export const hostQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['host'],
  properties: {
    host: texts('Return only this host; repeatable')
  }
} as const

export const noQuery = { type: 'object', additionalProperties: false, properties: {} } as const
