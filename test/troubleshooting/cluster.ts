import { Differences } from '../../lib/cluster/differences.ts'
import { Inbox } from '../../lib/cluster/inbox.ts'
import { Members, type ReplicaInfo } from '../../lib/cluster/members.ts'
import { FORMAT } from '../../lib/cluster/message.ts'
import type { Summary } from '../../lib/cluster/summary.ts'
import { monotonic, wallClock } from '../../lib/model/time.ts'
import { hostSnapshot } from '../support/snapshots.ts'
import { logLine } from './quoted.ts'

const TIME = '2026-11-28T20:04:11.310Z'

const info = (given: Partial<ReplicaInfo>): ReplicaInfo =>
  ({ id: 'me', name: 'dockstat-0', version: '2.0.0', format: FORMAT, digest: 'new', hosts: 1, ...given })

const summary = (digest: string): Summary =>
  ({ digest, keys: { mintimeout: 'same', hosts: digest, labels: digest }, hosts: ['nas'] })

/** What the log says about another replica. */
function loggedAbout (other: Partial<ReplicaInfo>): string[] {
  const lines: string[] = []
  const members = new Members()
  const replicas = [info({ digest: 'old' }), info({ id: 'other', name: 'dockstat-1', ...other })]
  members.see([
    replicas.flatMap(replica => [replica.id, JSON.stringify(replica)]),
    replicas.flatMap(({ id }) => [id, '1000']),
    ['old', '1', 'new', '2'],
    []
  ], monotonic(), 1000)
  for (const digest of ['old', 'new']) members.learn(summary(digest))
  new Differences({
    info: () => {},
    warn: (fields: object, message: string) => { lines.push(logLine('WARN', fields, message)) }
  }).see(members, 'me')
  return lines
}

/** Why a host has the error of a lost replica. */
function lostReplica (): string[] {
  const messages: string[] = []
  const snapshot = hostSnapshot({ host: 'nas', up: true, replica: 'dockstat-1' })
  const inbox = new Inbox({
    silence: 30_000,
    ledger: new Map([['nas', { snapshot, fence: 1, from: 'other' }]]),
    leases: { fenceOf: () => undefined, isShown: () => true, lose: async () => {} },
    transitions: () => [],
    put: ({ error }) => { messages.push(error?.message ?? '') },
    ask: () => {}
  })
  const silent = wallClock() - Date.parse(TIME)
  inbox.age(() => monotonic() - silent)
  return messages.map(message => message.replace(/\d{4}-\S+$/, TIME))
}

/** What the service says about other replicas in the situations of the page. */
export const aboutReplicas: readonly string[] = [
  ...lostReplica(),
  ...loggedAbout({}),
  ...loggedAbout({ version: '3.0.0', format: FORMAT + 1, digest: 'old' })
]
