/** `?host=a&host=b`: of these hosts only. */
export const hostQuery = {
  type: 'object',
  required: ['host'],
  properties: {
    host: { type: 'array', items: { type: 'string' }, default: [], description: 'Only this host; repeatable' }
  }
} as const
