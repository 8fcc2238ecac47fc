const integer = (minimum: number, maximum: number, initial: number, description: string) =>
  ({ type: 'integer', minimum, maximum, default: initial, description }) as const

const minutes = integer(0, 1440, 5, 'Minutes')
const above = {
  type: 'object',
  additionalProperties: false,
  properties: { percent: integer(1, 10_000, 90, 'Percent of the limit, or of the whole host without one'), minutes }
} as const
const after = (description: string) => ({
  type: 'object', additionalProperties: false, properties: { after: integer(0, 86_400, 60, description) }
}) as const

/** Parameters of the events that have some. */
const parameters = {
  die: {
    type: 'object',
    additionalProperties: false,
    properties: {
      except: {
        type: 'array',
        items: { type: 'integer', minimum: 0, maximum: 255 },
        default: [130, 143],
        description: 'Exit codes that are no failure'
      }
    }
  },
  'restart-loop': {
    type: 'object',
    additionalProperties: false,
    properties: { count: integer(1, 1000, 3, 'Restarts'), minutes: { ...minutes, minimum: 1 } }
  },
  'host-down': after('Seconds for which a host has to be down'),
  'memory-above': above,
  'cpu-above': above,
  'certificate-expiring': {
    type: 'object',
    additionalProperties: false,
    properties: { days: integer(1, 3650, 14, 'Days before a certificate expires') }
  },
  'container-gone': after('Seconds within which a container with the same name may replace it')
} as const

const patterns = { type: 'string', format: 'name' } as const

/** Schema of the key `notify`. Nothing of it is quoted in errors, because a secret can be in the wrong place. */
export const notifySchema = {
  type: 'array',
  writeOnly: true,
  default: [],
  items: {
    type: 'object',
    writeOnly: true,
    additionalProperties: false,
    required: ['name', 'url', 'on'],
    properties: {
      name: { type: 'string', format: 'name', writeOnly: true, description: 'Name of the rule, for people' },
      url: {
        type: 'string',
        writeOnly: true,
        description: 'Where to send messages, such as `ntfy://ntfy.sh/topic`, preferably taken from an environment ' +
          'variable'
      },
      on: {
        type: 'array',
        writeOnly: true,
        minItems: 1,
        items: {
          type: ['string', 'object'],
          writeOnly: true,
          format: 'notify-event',
          additionalProperties: false,
          minProperties: 1,
          maxProperties: 1,
          properties: parameters
        },
        description: 'Events to tell about, such as `die` or `{ host-down: { after: 60 } }`'
      },
      hosts: {
        type: 'array',
        writeOnly: true,
        items: { ...patterns, writeOnly: true },
        default: ['*'],
        description: 'Hosts that the rule is about, names or patterns such as `nas-*`'
      },
      containers: {
        type: 'array',
        writeOnly: true,
        items: { ...patterns, writeOnly: true },
        default: ['*'],
        description: 'Containers that the rule is about, names or patterns such as `db-*`'
      },
      throttle: {
        type: 'integer',
        writeOnly: true,
        minimum: 0,
        maximum: 86_400,
        default: 300,
        description: 'Seconds between two messages about the same container'
      },
      template: {
        type: 'string',
        writeOnly: true,
        description: 'Text of messages, with variables such as `{{container}}`'
      }
    }
  }
} as const

export const parameterSchemas = parameters
