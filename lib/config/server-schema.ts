export const serverSchema = {
  type: 'object',
  additionalProperties: false,
  default: {},
  properties: {
    publicUrl: {
      type: 'string',
      format: 'public-url',
      description: 'URL at which clients reach the service, if a proxy changes it: `https://example.com/dockstat/`'
    },
    trustProxy: {
      type: ['string', 'array'],
      format: 'proxy',
      items: { type: 'string', format: 'proxy' },
      default: 'false',
      description: 'Proxies whose `X-Forwarded-*` headers to trust: a list of addresses or networks, or `true` for all'
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
          description: 'Maximum bytes of the request line and headers (431)'
        },
        headerCount: {
          type: 'integer',
          minimum: 10,
          maximum: 10_000,
          default: 100,
          description: 'Maximum number of headers (431)'
        },
        urlLength: {
          type: 'integer',
          minimum: 256,
          maximum: 1_048_576,
          default: 8192,
          description: 'Maximum characters of path and query (414)'
        },
        headersTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 10_000,
          description: 'Milliseconds for the headers of a request to arrive (408)'
        },
        requestTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 30_000,
          description: 'Milliseconds for a whole request to arrive (408)'
        },
        stalledTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 30_000,
          description: 'Milliseconds without any progress of a response after which its connection is closed'
        },
        keepAliveTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 72_000,
          description: 'Milliseconds that an idle connection stays open'
        },
        pipelinedRequests: {
          type: 'integer',
          minimum: 1,
          maximum: 10_000,
          default: 4,
          description: 'Requests that may wait on a connection for earlier responses to be read; with more, it is ' +
            'closed'
        },
        connections: {
          type: 'integer',
          minimum: 10,
          maximum: 1_000_000,
          default: 5000,
          description: 'Maximum open connections; further ones are closed immediately'
        }
      }
    }
  }
} as const
