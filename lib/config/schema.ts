import type { FromSchema } from 'json-schema-to-ts'
import { serverSchema } from './server-schema.ts'

/** Which containers are shown; see `createFilter`. */
const filterSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    include: {
      type: 'array',
      items: { type: 'string', format: 'container-pattern' },
      default: [],
      description: 'Containers that are shown, all where this is empty: names, `image:…`, `label:…` or `label:…=…`'
    },
    exclude: {
      type: 'array',
      items: { type: 'string', format: 'container-pattern' },
      default: [],
      description: 'Containers that are neither shown nor asked for stats, even where `include` has them'
    }
  }
} as const

/** What dockstat.yaml may hold. README's table and the repository's dockstat.yaml are held against it by tests. */
export const fileSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    mintimeout: {
      type: 'integer',
      minimum: 100,
      maximum: 3_600_000,
      default: 5000,
      description: 'Milliseconds to wait after a poll of a host before the next one'
    },
    resync: {
      type: 'integer',
      minimum: 1000,
      maximum: 3_600_000,
      default: 60_000,
      description: 'Milliseconds between two lists of a host whose events tell every change'
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
          description: 'Log file, `none` for none; each rolled file gets a number before its extension'
        },
        logsize: { type: 'integer', minimum: 1, maximum: 10_000, default: 1, description: 'Size of a log file in MB' },
        LogCount: { type: 'integer', minimum: 1, maximum: 1000, default: 5, description: 'Log files kept in all' }
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
          description: 'The token that requests must bring, best as a variable of the environment; default: random'
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
          description: '`true` shows `/docs` and `/openapi.json` to requests without the token too'
        }
      }
    },
    tags: {
      type: 'object',
      default: {},
      additionalProperties: { type: 'string', description: 'Colour of the tag of this name' }
    },
    hosts: {
      type: 'object',
      propertyNames: { format: 'host-name' },
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
            description: 'Where the Engine is: an address, `tcp://…`, `https://…`, `http://…`, `ssh://…`, `unix://…`'
          },
          port: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            description: 'Port, if not in `url`; default: 2375, with TLS 2376, `http://` 80, `ssh://` that of `ssh`'
          },
          context: { type: 'string', description: 'Context of the Docker CLI, instead of `url`' },
          tls: {
            type: 'object',
            additionalProperties: false,
            dependencies: { cert: ['key'], key: ['cert'] },
            properties: {
              path: { type: 'string', description: 'Folder with `ca.pem`, `cert.pem` and `key.pem`' },
              ca: { type: 'string', description: 'File of the authority that the Engine\'s certificate is from' },
              cert: { type: 'string', description: 'File of the certificate to show to the Engine' },
              key: { type: 'string', description: 'File of the key of `cert`' },
              servername: {
                type: 'string',
                description: 'Name in the Engine\'s certificate, where it is not the one in `url`'
              },
              insecure: {
                type: 'boolean',
                default: false,
                description: '`true` takes any certificate of the Engine, also a false one'
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
      description: 'Names of container labels that are shown; others are kept from view, they may hold secrets'
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
          description: '`cadvisor` adds the names that cAdvisor has for the same, for dashboards made for it'
        }
      }
    },
    container: {
      type: 'object',
      default: {},
      propertyNames: { format: 'exact-name' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        properties: {
          link: { type: 'string', default: '', description: 'Web page of the container' },
          icon: { type: 'string', default: '', description: 'Icon of the container' },
          tags: { type: 'string', default: '', description: 'Its tags, joined with commas' }
        }
      }
    }
  }
} as const

/** The environment variables that are read. */
export const environmentSchema = {
  type: 'object',
  properties: {
    HOST: { type: 'string', description: 'Address to listen on; default: every one, IPv6 too where the system has it' },
    PORT: {
      type: 'integer',
      minimum: 0,
      maximum: 65535,
      default: 7070,
      description: 'Port to listen on; 0 takes a free one'
    },
    LOG_LEVEL: {
      enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      default: 'info',
      description: 'Least level that is logged; answered requests, such as scrapes, at `debug`'
    },
    SECRET: {
      type: 'string',
      format: 'token',
      writeOnly: true,
      description: 'The token that requests must bring; wins over `auth.token`'
    },
    SECRET_FILE: { type: 'string', description: 'File that holds the token, instead of `SECRET`' },
    SKIP_AUTH: { type: 'boolean', default: false, description: '`true` lets every request in without a token' },
    DOCKSTAT_CONFIG: {
      type: 'string',
      description: 'Path of the configuration file; `--config PATH` wins; default: `dockstat.yaml` where it runs'
    },
    DOCKER_HOST: {
      type: 'string',
      format: 'engine-url',
      default: 'unix:///var/run/docker.sock',
      description: 'The local Engine, asked where the file names no hosts'
    },
    DOCKER_CONTEXT: {
      type: 'string',
      description: 'Context of the Docker CLI that names it instead; default: that of `docker context use`'
    },
    DOCKER_TLS_VERIFY: { type: 'string', description: 'Not empty: TLS to the local Engine, its certificate verified' },
    DOCKER_CERT_PATH: {
      type: 'string',
      description: 'Folder with `ca.pem`, `cert.pem` and `key.pem` for that; default: `DOCKER_CONFIG`'
    },
    DOCKER_CONFIG: {
      type: 'string',
      description: 'Folder of the Docker CLI, with its contexts; default: `.docker` in the home folder'
    }
  }
} as const

export type ConfigFile = FromSchema<typeof fileSchema>
export type Environment = FromSchema<typeof environmentSchema>
