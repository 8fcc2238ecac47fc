import t, { type Test } from 'tap'
import { defaultLimits } from '../../lib/engine/connection.ts'
import { ailing, matrix } from './matrix.ts'
import { createNoise, patient } from './noise.ts'

const list = createNoise()
const stats = createNoise()
const refusal = createNoise()

/** Bytes that may be in kernel and Node.js buffers when the client disconnects. */
const UNDER_WAY = 16 * 2 ** 20

/** Limit for the growth of this process while it receives responses of 500 MB, MiB. */
const GROWTH = 350

/** Asserts that the client read at most `most` bytes of a huge response, and that this process did not grow by it. */
function bounded (noise: ReturnType<typeof createNoise>, most: number) {
  const before = process.resourceUsage().maxRSS
  return async (t: Test) => {
    const { bytes } = await noise.report()
    t.ok(bytes > 0 && bytes <= most + UNDER_WAY, `the Engine sent ${bytes} bytes of one response`)
    const growth = (process.resourceUsage().maxRSS - before) / 1024
    t.ok(growth < GROWTH, `the process grew by ${Math.round(growth)} MB`)
  }
}

matrix(t, [
  {
    ...patient,
    title: 'a list of 500 MB',
    address: list.start,
    begin: list.make({ kind: 'bytes', path: '/containers/json', statusCode: 200 }),
    end: list.quiet,
    says: ailing('list', 'ENGINE_BAD_ANSWER', /GET \/containers\/json: .*UND_ERR_RES_EXCEEDED_MAX_SIZE/),
    during: bounded(list, defaultLimits.answer),
    after: list.stop
  },
  {
    ...patient,
    title: 'stats of 500 MB',
    address: stats.start,
    begin: stats.make({ kind: 'bytes', path: '/bb/stats', statusCode: 200 }),
    end: stats.quiet,
    says: {
      ...ailing('stats', 'ENGINE_BAD_ANSWER', /EXCEEDED_MAX_SIZE/),
      containers: { 1: { id: 'bb', sample: { rxBytesDelta: null } } }
    },
    async during (t, { log }) {
      await bounded(stats, defaultLimits.record)(t)
      t.match(log.at(-1), /"stats" failed for bb: .*bb\/stats: .*EXCEEDED_MAX_SIZE/)
    },
    after: stats.stop
  },
  {
    ...patient,
    title: 'a refused event stream with a body of 500 MB',
    address: refusal.start,
    begin: refusal.make({ kind: 'bytes', path: '/events', statusCode: 500 }),
    end: refusal.quiet,
    says: { ...ailing('events', 'ENGINE_FAILED', /500/), events: 'connecting' },
    during: bounded(refusal, 0),
    after: refusal.stop
  }
])
