/** The body of every error response. */
export const errorAnswer = {
  type: 'object',
  description: 'Error',
  additionalProperties: false,
  required: ['statusCode', 'code', 'error', 'message'],
  properties: {
    statusCode: { type: 'integer' },
    code: { type: 'string', description: 'Stable error code, for programs' },
    error: { type: 'string', description: 'Reason phrase of the HTTP status' },
    message: { type: 'string', description: 'Explanation, for people' }
  }
} as const
