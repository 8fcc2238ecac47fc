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
    tls: {
      type: 'object',
      additionalProperties: false,
      required: ['cert', 'key'],
      properties: {
        cert: { type: 'string', description: 'File with the certificate of the service and intermediate ones' },
        key: { type: 'string', description: 'File with the private key of `cert`' },
        ca: {
          type: 'string',
          description: 'File with the CA certificates of clients; if set, clients must present a certificate'
        }
      }
    },
    socket: {
      type: 'object',
      additionalProperties: false,
      required: ['path'],
      properties: {
        path: {
          type: 'string',
          format: 'socket-path',
          description: 'Unix socket to listen on, instead of `HOST` and `PORT`'
        },
        mode: {
          type: 'string',
          format: 'file-mode',
          default: '0660',
          description: 'Permissions of the socket, octal; clients need to be allowed to write'
        }
      }
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
          description: 'Maximum size of the request line and headers in bytes (otherwise 431)'
        },
        headerCount: {
          type: 'integer',
          minimum: 10,
          maximum: 10_000,
          default: 100,
          description: 'Maximum number of headers (otherwise 431)'
        },
        urlLength: {
          type: 'integer',
          minimum: 256,
          maximum: 1_048_576,
          default: 8192,
          description: 'Maximum length of path and query in characters (otherwise 414)'
        },
        headersTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 10_000,
          description: 'Milliseconds within which the headers of a request must arrive (otherwise 408)'
        },
        requestTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 30_000,
          description: 'Milliseconds within which the whole request must arrive (otherwise 408)'
        },
        stalledTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 30_000,
          description: 'Milliseconds after which a connection is closed if its response makes no progress'
        },
        keepAliveTimeout: {
          type: 'integer',
          minimum: 100,
          maximum: 600_000,
          default: 72_000,
          description: 'Milliseconds after which an idle connection is closed'
        },
        pipelinedRequests: {
          type: 'integer',
          minimum: 1,
          maximum: 10_000,
          default: 4,
          description: 'Maximum number of requests that wait on a connection for earlier responses; with more, it is ' +
            'closed'
        },
        connections: {
          type: 'integer',
          minimum: 10,
          maximum: 1_000_000,
          default: 5000,
          description: 'Maximum number of open connections; further ones are closed immediately'
        }
      }
    }
  }
} as const
