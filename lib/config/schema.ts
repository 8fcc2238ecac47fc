import type { FromSchema } from 'json-schema-to-ts'
import { SCOPES } from '../access/access.ts'
import { clusterSchema } from './cluster-schema.ts'
import { notifySchema } from './notify-schema.ts'
import { historySchema } from './history-schema.ts'
import { serverSchema } from './server-schema.ts'

const filterSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    include: {
      type: 'array',
      items: { type: 'string', format: 'container-pattern' },
      default: [],
      description: 'Containers to show; all if empty. Patterns: a name, `image:…`, `label:…` or `label:…=…`'
    },
    exclude: {
      type: 'array',
      items: { type: 'string', format: 'container-pattern' },
      default: [],
      description: 'Containers to hide; they are not sampled either. Takes precedence over `include`'
    }
  }
} as const

/** Schema of dockstat.yaml. Tests compare it with docs/configuration.md and the dockstat.yaml of the repository. */
export const fileSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    mintimeout: {
      type: 'integer',
      minimum: 100,
      maximum: 3_600_000,
      default: 5000,
      description: 'Milliseconds between the end of a poll and the next poll of the same host'
    },
    resync: {
      type: 'integer',
      minimum: 1000,
      maximum: 3_600_000,
      default: 60_000,
      description: 'Milliseconds between full listings of a host\'s containers while its event stream is connected'
    },
    log: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        file: {
          type: 'string',
          format: 'log-file',
          default: 'logs/dockstat.log',
          description: 'Log file, or `none`; rolled files get a number before the extension'
        },
        logsize: {
          type: 'integer',
          minimum: 1,
          maximum: 10_000,
          default: 1,
          description: 'Size in MB at which the log file is rolled'
        },
        LogCount: { type: 'integer', minimum: 1, maximum: 1000, default: 5, description: 'Number of log files to keep' }
      }
    },
    auth: {
      type: 'object',
      writeOnly: true,
      additionalProperties: false,
      default: {},
      properties: {
        token: {
          type: 'string',
          format: 'token',
          writeOnly: true,
          description: 'Token that requests must send, preferably taken from an environment variable; default: a ' +
            'random one, unless there are `tokens`'
        },
        tokens: {
          type: 'array',
          default: [],
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'sha256', 'scopes'],
            properties: {
              name: { type: 'string', format: 'name', description: 'Name of the token, for people' },
              sha256: {
                type: 'string',
                format: 'sha256',
                writeOnly: true,
                description: 'SHA-256 of the token, in hexadecimal; `dockstat token` prints one'
              },
              scopes: {
                type: 'array',
                minItems: 1,
                items: { enum: SCOPES },
                description: 'What the token allows: `stats`, `metrics`, `config`, `docs`'
              },
              hosts: {
                type: 'array',
                minItems: 1,
                items: { type: 'string', format: 'name' },
                description: 'Hosts that the token can see, names or patterns such as `nas-*`; default: all'
              }
            }
          }
        }
      }
    },
    cors: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        origin: {
          type: ['string', 'array'],
          format: 'origin',
          items: { type: 'string', format: 'origin' },
          default: '*',
          description: 'Origin, or list of origins, whose pages can call the API: `https://a.example`, ' +
            '`https://*.example.com`, or `*` for all'
        }
      }
    },
    server: serverSchema,
    docs: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        public: {
          type: 'boolean',
          default: false,
          description: '`true` serves `/docs` and `/openapi.json` without the token'
        }
      }
    },
    web: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        icons: { type: 'string', description: 'Folder with icons of your own for the page; containers name its files' }
      }
    },
    tags: {
      type: 'object',
      default: {},
      additionalProperties: { type: 'string', description: 'Colour of this tag' }
    },
    hosts: {
      type: 'object',
      propertyNames: { format: 'name' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        hasEndpoint: true,
        oneEndpoint: true,
        onePort: true,
        tlsOnTcp: true,
        properties: {
          url: {
            type: 'string',
            format: 'engine-url',
            description: 'Address of the Engine: a host name, `tcp://…`, `https://…`, `http://…`, `ssh://…` or ' +
              '`unix://…`'
          },
          port: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            description: 'Port, if it is not part of `url`; default: 2375, or 2376 with TLS, 80 for `http://`, the ' +
              'default of `ssh` for `ssh://`'
          },
          context: { type: 'string', description: 'Docker CLI context to use instead of `url`' },
          tls: {
            type: 'object',
            additionalProperties: false,
            dependencies: { cert: ['key'], key: ['cert'] },
            properties: {
              path: { type: 'string', description: 'Folder with `ca.pem`, `cert.pem` and `key.pem`' },
              ca: { type: 'string', description: 'File with the CA certificate that signed the Engine\'s certificate' },
              cert: { type: 'string', description: 'File with the client certificate' },
              key: { type: 'string', description: 'File with the private key of `cert`' },
              servername: {
                type: 'string',
                description: 'Name in the Engine\'s certificate, if it differs from the one in `url`'
              },
              insecure: {
                type: 'boolean',
                default: false,
                description: '`true` accepts any certificate, even an invalid one'
              }
            }
          },
          filter: filterSchema
        }
      }
    },
    labels: {
      type: 'array',
      items: { type: 'string', format: 'exact-name' },
      default: [],
      description: 'Names of container labels to show. Others stay hidden, because labels can contain secrets'
    },
    filter: { ...filterSchema, default: {} },
    metrics: {
      type: 'object',
      additionalProperties: false,
      default: {},
      properties: {
        profile: {
          enum: ['default', 'cadvisor'],
          default: 'default',
          description: '`cadvisor` also exports the metrics under cAdvisor\'s names, for existing dashboards'
        }
      }
    },
    notify: notifySchema,
    history: historySchema,
    cluster: clusterSchema,
    container: {
      type: 'object',
      default: {},
      propertyNames: { format: 'exact-name' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          link: { type: 'string', default: '', description: 'Link to the container\'s web page' },
          icon: { type: 'string', default: '', description: 'Icon of the container' },
          tags: { type: 'string', default: '', description: 'Tags, separated by commas' }
        }
      }
    }
  }
} as const

export type ConfigFile = FromSchema<typeof fileSchema>
