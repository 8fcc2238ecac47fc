/** How the service is reached, and what its clients may ask of it. */
export const serverSchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  properties: {
    publicUrl: {
      type: 'string',
      format: 'public-url',
      description: 'Where clients reach the service, where a proxy changes that: `https://example.com/dockstat/`'
    },
    trustProxy: {
      type: ['string', 'array'],
      format: 'proxy',
      items: { type: 'string', format: 'proxy' },
      default: 'false',
      description: 'Proxies whose `X-Forwarded-*` headers count: a list of addresses or networks, or `true` for all'
    },
    limits: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        headerBytes: {
          type: 'integer',
          minimum: 1024,
          maximum: 1_048_576,
          default: 16_384,
          description: 'Bytes of the request line and headers; more is 431'
        },
        headerCount: {
          type: 'integer',
          minimum: 10,
          maximum: 10_000,
          default: 100,
          description: 'Headers of a request; more is 431'
        },
        urlLength: {
          type: 'integer',
          minimum: 256,
          maximum: 1_048_576,
          default: 8192,
          description: 'Characters of a request\'s path and query; more is 414'
        },
        headersTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 10_000,
          description: 'Milliseconds in which the headers of a request must come; later is 408'
        },
        requestTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 30_000,
          description: 'Milliseconds in which a whole request must come; later is 408'
        },
        stalledTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 30_000,
          description: 'Milliseconds for which a client may read nothing of its answer before the connection is closed'
        },
        keepAliveTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 72_000,
          description: 'Milliseconds for which a connection is kept open between two requests'
        },
        pipelinedRequests: {
          type: 'integer',
          minimum: 1,
          maximum: 10_000,
          default: 4,
          description: 'Requests of a connection that may wait for earlier answers to be read; with more, it is closed'
        },
        connections: {
          type: 'integer',
          minimum: 10,
          maximum: 1_000_000,
          default: 5000,
          description: 'Connections of clients at a time; others are closed at once'
        }
      }
    }
  }
} as const
