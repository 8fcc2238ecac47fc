/** What every error looks like to a client. */
export const errorAnswer = {
  type: 'object',
  description: 'What went wrong',
  additionalProperties: false,
  required: ['statusCode', 'code', 'error', 'message'],
  properties: {
    statusCode: { type: 'integer' },
    code: { type: 'string', description: 'Stable, for programs' },
    error: { type: 'string', description: 'The status in words' },
    message: { type: 'string', description: 'For people' }
  }
} as const
