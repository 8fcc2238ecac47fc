import t from 'tap'
import { matrix, settled, well } from './matrix.ts'
import { createNoise, patient } from './noise.ts'

const known = createNoise()
const unknown = createNoise()
const many = createNoise()

/** A second's worth of events. */
const EVENTS = 10_000

/** The limit for containers known from events alone, plus the three that exist. */
const MOST = 1003

matrix(t, [
  {
    title: 'a flood of 10,000 events a second from known containers',
    ...patient,
    address: known.start,
    begin: known.make({ kind: 'events', ids: ['aa', 'bb', 'cc'] }),
    end: known.quiet,
    says: { ...well, containers: ['aa', 'bb', 'cc'].map(id => ({ id, sample: { rxBytesDelta: 0 } })) },
    during: t => known.flooded(t, EVENTS),
    after: known.stop
  },
  {
    title: 'a flood of 10,000 events a second, each from an unknown container',
    ...patient,
    timing: { ...patient.timing, interval: 1000, resync: 60_000 },
    interval: 200,
    address: unknown.start,
    begin: unknown.make({ kind: 'events', ids: null }),
    end: unknown.quiet,
    says: well,
    async during (t, { collector, snapshots }) {
      await unknown.flooded(t, EVENTS)
      const most = Math.max(...snapshots.map(({ containers }) => containers.length))
      t.ok(most <= MOST, `at most ${most} containers`)
      t.match(collector.snapshot, well)
    },
    after: unknown.stop
  },
  {
    title: 'a list of 10,000 containers',
    ...patient,
    interval: 200,
    address: many.start,
    begin: many.make({ kind: 'containers', total: 10_000, running: 500 }),
    end: many.quiet,
    says: { ...well, containers: { length: 10_000, 0: { state: 'running', sample: { cpuNanoseconds: 24064939738 } } } },
    async during (t, { collector }) {
      const sampled = () => collector.snapshot.containers.filter(({ sample }) => sample).length
      await settled(() => sampled() === 500)
      t.equal(sampled(), 500, 'all running containers have samples')
    },
    after: many.stop,
    sockets: 18
  }
])
