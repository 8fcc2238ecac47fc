import { connectionError, statusError } from '../../lib/engine/errors.ts'
import { codeOf, EngineBadAnswer, EngineStalled, EngineVersion, messageOf } from '../../lib/errors.ts'
import { Duplicates } from '../../lib/fleet/duplicates.ts'
import { Journal } from '../../lib/fleet/journal.ts'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import { shortageWarning } from '../../lib/process/descriptors.ts'
import { hostSnapshot } from '../support/snapshots.ts'
import { logLine } from './quoted.ts'

const SOCKET = 'unix:///var/run/docker.sock'
const NAS = 'tcp://nas.lan:2375'
const TLS = 'tcp://nas.lan:2376'
const DB = 'https://db.lan:2376'
const WEB = 'ssh://deploy@web.example.com'
const PING = 'GET /_ping'
const LIST = 'GET /containers/json'

const REFUSAL = '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>\n'
const FULL = '{"message":"open /var/lib/docker/x: no space left on device"}'

const lost = (address: string, code: string, message: string) =>
  connectionError(address, PING, Object.assign(new Error(message), { code }))

const refused = (endpoint: string, call: string) =>
  statusError(NAS, call, { endpoint, statusCode: 403, headers: {}, body: REFUSAL })

/** Causes as Node.js, undici, OpenSSL, ssh and Engines give them. */
const failures: readonly [host: string, address: string, error: Error][] = [
  ['local', SOCKET, lost(SOCKET, 'EACCES', 'connect EACCES /var/run/docker.sock')],
  ['local', SOCKET, lost(SOCKET, 'ENOENT', 'connect ENOENT /var/run/docker.sock')],
  ['nas', NAS, lost(NAS, 'ENOTFOUND', 'getaddrinfo ENOTFOUND nas.lan')],
  ['nas', NAS, lost(NAS, 'ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.7:2375')],
  ['nas', NAS, lost(NAS, 'UND_ERR_CONNECT_TIMEOUT',
    'Connect Timeout Error (attempted address: nas.lan:2375, timeout: 3000ms)')],
  ['nas', TLS, lost(TLS, 'UND_ERR_SOCKET', 'other side closed')],
  ['db', DB, lost(DB, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify the first certificate')],
  ['web', WEB, lost(WEB, 'ERR_SSH', 'Host key verification failed.')],
  ['nas', NAS, refused('list', LIST)],
  ['nas', NAS, new EngineBadAnswer(NAS, PING, 'no Api-Version header')],
  ['nas', NAS, statusError(NAS, LIST, { endpoint: 'list', statusCode: 500, headers: {}, body: FULL })],
  ['nas', NAS, new EngineVersion(NAS, PING, 'the Engine supports at most 1.20; upgrade it')],
  ['nas', NAS, new EngineStalled(NAS, 'polling', '15 s')]
]

/** What the log says when a host changes. */
function logged (host: string, given: Partial<HostSnapshot>): string[] {
  const lines: string[] = []
  const log = {
    info: () => {},
    warn: (fields: object, message: string) => { lines.push(logLine('WARN', fields, message)) }
  }
  const before = hostSnapshot({ host, up: null })
  const after = hostSnapshot({ host, ...given })
  const journal = new Journal(log)
  journal.see(before, null)
  journal.see(after, before)
  return lines
}

function ofDuplicates (): string[] {
  const lines: string[] = []
  const duplicates = new Duplicates({
    info: () => {},
    warn: (fields: object, message: string) => { lines.push(logLine('WARN', fields, message)) }
  })
  const engine = { ...hostSnapshot().engine, kind: 'docker', id: '7TRN:IPZB', name: 'nas' } as HostSnapshot['engine']
  for (const host of ['nas', 'nas2']) duplicates.see(hostSnapshot({ host, engine }), null)
  return lines
}

const forbidden = refused('events', 'GET /events')

/** What the log says about hosts in the situations of the page. */
export const aboutHosts: readonly string[] = [
  ...failures.flatMap(([host, address, error]) =>
    logged(host, { address, up: false, error: { code: codeOf(error), message: messageOf(error) } })),
  ...logged('nas', {
    address: NAS,
    up: true,
    missingRights: ['EVENTS=1'],
    problems: [{ what: 'events', code: codeOf(forbidden), message: forbidden.message, since: '', containers: [] }]
  }),
  ...ofDuplicates(),
  logLine('WARN', {}, String(shortageWarning(90, {
    hosts: Array.from({ length: 50 }, () => ({ each: 1, most: 257 })), clients: 5000, files: 12
  })))
]
