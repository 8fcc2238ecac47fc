const time = (description: string) => ({ type: 'string', description: `${description}, ISO 8601` }) as const

const numbers = { type: 'array', items: { type: ['number', 'null'] } } as const

const values = (what: string) => ({
  type: 'object',
  description: `${what} by bucket; null where nothing is known`,
  additionalProperties: false,
  required: ['avg', 'max'],
  properties: { avg: numbers, max: numbers }
}) as const

/** The past of a container or a host. */
export const historySchema = {
  type: 'object',
  additionalProperties: false,
  required: [
    'from', 'to', 'intervalMs', 'at', 'cpuCores', 'memoryBytes', 'rxBytesPerSecond', 'txBytesPerSecond',
    'readBytesPerSecond', 'writeBytesPerSecond', 'containers', 'gaps'
  ],
  properties: {
    from: time('Start of the range'),
    to: time('End of the range'),
    intervalMs: { type: 'number', description: 'Length of a bucket' },
    at: { type: 'array', items: { type: 'string' }, description: 'Start of each bucket, ISO 8601' },
    cpuCores: values('CPU usage in cores'),
    memoryBytes: values('Memory used without inactive file cache, as shown by docker stats,'),
    rxBytesPerSecond: values('Bytes received per second'),
    txBytesPerSecond: values('Bytes sent per second'),
    readBytesPerSecond: values('Bytes read from block devices per second'),
    writeBytesPerSecond: values('Bytes written to block devices per second'),
    containers: {
      type: 'array',
      description: 'The containers that had this name in the range; empty for a host',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['id', 'from', 'to'],
        properties: {
          id: { type: 'string' },
          from: time('When it was first sampled'),
          to: time('When it was last sampled')
        }
      }
    },
    gaps: {
      type: 'array',
      description: 'The parts of the range, in whole buckets, in which this service did not watch the host',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['from', 'to'],
        properties: { from: time('Start of its first bucket'), to: time('End of its last bucket') }
      }
    }
  }
} as const

const parameter = (description: string) =>
  ({ type: 'array', items: { type: 'string' }, default: [], description }) as const

export const historyQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to', 'points'],
  properties: {
    from: parameter('Start of the range: RFC 3339, Unix seconds, or how long ago, such as 90s, 15m, 24h or 30d; ' +
      'default: 15 minutes before its end'),
    to: parameter('End of the range, in the same forms; default: now'),
    points: parameter('Maximum number of buckets, from 1 to 2000; default: 300')
  }
} as const

export const historyExample = {
  from: '2026-11-23T12:36:00.000Z',
  to: '2026-11-23T12:36:15.000Z',
  intervalMs: 5000,
  at: ['2026-11-23T12:36:00.000Z', '2026-11-23T12:36:05.000Z', '2026-11-23T12:36:10.000Z'],
  cpuCores: { avg: [null, 0.012213, 0.012187], max: [null, 0.012213, 0.012187] },
  memoryBytes: { avg: [868352, 868352, 872448], max: [868352, 868352, 872448] },
  rxBytesPerSecond: { avg: [null, 0, 14], max: [null, 0, 14] },
  txBytesPerSecond: { avg: [null, 0, 8], max: [null, 0, 8] },
  readBytesPerSecond: { avg: [null, 0, 0], max: [null, 0, 0] },
  writeBytesPerSecond: { avg: [null, 0, 0], max: [null, 0, 0] },
  containers: [{
    id: 'b9621bf0126acc99d83cc19ab0213e7ff42fe157272ac51f1e1c13aec8b0955e',
    from: '2026-11-23T12:36:01.000Z',
    to: '2026-11-23T12:36:11.000Z'
  }],
  gaps: []
} as const

export const csvExample = `time,cpuCoresAvg,cpuCoresMax,memoryBytesAvg,memoryBytesMax
2026-11-23T12:36:05.000Z,0.012213,0.012213,868352,868352
`
