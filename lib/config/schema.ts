import type { FromSchema } from 'json-schema-to-ts'

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
          default: 'logs/dockstat.log',
          description: 'Log file; each rolled file gets a number before its extension'
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
          description: 'Origin, or list of origins, whose pages may ask; `*` is every one'
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
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        onePort: true,
        required: ['url'],
        properties: {
          url: {
            type: 'string',
            format: 'engine-url',
            description: 'Where the Engine listens: an address, `tcp://…`, `http://…`, `ssh://…` or `unix://…`'
          },
          port: {
            type: 'integer',
            minimum: 1,
            maximum: 65535,
            description: 'Port, if not in `url`; default: 2375, for `http://` 80, for `ssh://` that of `ssh`'
          }
        }
      }
    },
    container: {
      type: 'object',
      default: {},
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
    HOST: { type: 'string', default: '0.0.0.0', description: 'Address to listen on' },
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
      description: 'Least level that is logged'
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
    }
  }
} as const

export type ConfigFile = FromSchema<typeof fileSchema>
export type Environment = FromSchema<typeof environmentSchema>
