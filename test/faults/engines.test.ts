import t, { type Test } from 'tap'
import type { Collector } from '../../lib/collector/collector.ts'
import { timingOf } from '../../lib/collector/timing.ts'
import { Duplicates } from '../../lib/fleet/duplicates.ts'
import { fixture } from '../support/fixture.ts'
import type { FakeEngine } from '../support/fake-engine.ts'
import { down, follow, matrix, settled, well, type Host } from './matrix.ts'

const recorded = JSON.parse(fixture('v28/stats-one-shot.json'))
const young = JSON.stringify({ ...recorded, networks: { eth0: { rx_bytes: 7, tx_bytes: 7 } } })

/** The Engine stops after it has listed its containers, and loses its counters. */
function restart (fake: FakeEngine) {
  fake.handler = (request, response) => {
    if (!request.url?.includes('/containers/json')) return false
    response.setHeader('Api-Version', fake.apiVersion).end(fake.containers, () => fake.close())
  }
}

/** Replaces the Engine by another version. */
const replaceBy = (server: string, apiVersion: string) => async (fake: FakeEngine) => {
  await fake.close()
  Object.assign(fake, { server, apiVersion, minimumApiVersion: '1.12' })
  await fake.listen()
}

const bytes = (fake: FakeEngine, text: string) => { fake.stats = { aa: text, bb: text, cc: text } }

const warnings: string[] = []
const duplicates = new Duplicates({ info () {}, warn: (_fields, message) => warnings.push(message) })
let again: Host | undefined
let followAgain = (_collector: Collector): Host | undefined => undefined

/** Polls the same Engine as a second host. */
function prepareDuplicate (t: Test, { address }: FakeEngine) {
  followAgain = collector => follow(t, {
    host: 'again',
    address,
    timing: timingOf(50, 500),
    see (snapshot) { for (const host of [collector.snapshot, snapshot]) duplicates.see(host, null) }
  })
  return address
}

matrix(t, [
  {
    title: 'an Engine that restarts between list and stats',
    timing: { resync: 100 },
    begin: restart,
    end (fake) {
      bytes(fake, young)
      return fake.listen()
    },
    says: down('ENGINE_UNREACHABLE', /GET \/_ping: unreachable \(ENOENT/),
    after (t, { snapshots }) {
      const deltas = snapshots.flatMap(({ containers }) => containers.map(({ sample }) => sample?.rxBytesDelta ?? 0))
      t.ok(deltas.every(delta => delta >= 0), 'no delta is negative')
    }
  },
  {
    title: 'an Engine that is downgraded',
    begin: replaceBy('Docker/20.10.24 (linux)', '1.41'),
    end: replaceBy('Docker/28.5.2+dfsg4 (linux)', '1.51'),
    says: { ...well, engine: { version: '20.10.24', apiVersion: '1.41', oneShot: 'ticked' } },
    async after (t, { collector }) {
      await settled(() => collector.snapshot.engine?.apiVersion === '1.51')
      t.match(collector.snapshot.engine, { version: '28.5.2+dfsg4', apiVersion: '1.51', oneShot: 'direct' })
    }
  },
  {
    title: 'two hosts that are one Engine',
    address: prepareDuplicate,
    begin (_fake, collector) { again = followAgain(collector) },
    end: () => again?.stop(),
    says: { ...well, containers: ['aa', 'bb', 'cc'].map(id => ({ id, sample: { rxBytesDelta: 0 } })) },
    async during (t, { collector }) {
      await settled(() => warnings.length > 0 && again?.collector.snapshot.containers.every(({ sample }) => sample))
      t.match(again?.collector.snapshot, well)
      const containers = collector.snapshot.containers.map(({ id, name }) => ({ id, name, sample: {} }))
      t.match(again?.collector.snapshot.containers, containers, 'both hosts show its containers')
      t.match(warnings, [/^Hosts again and faulty are the same Engine, .*: its containers appear twice/])
    },
    after (t) { t.equal(warnings.length, 1, 'the warning is logged once') }
  }
])
