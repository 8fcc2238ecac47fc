import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '../lib/config/load.ts'
import { adviceOn, BAD_FILE, REFUSED } from '../lib/engine/tls-advice.ts'
import { statusError } from '../lib/engine/errors.ts'
import { catalogue, Internal, messageOf } from '../lib/errors.ts'
import { banner } from '../lib/process/banner.ts'
import { containerRow } from '../lib/views/container.ts'
import { build } from './support/build.ts'
import { root } from './support/documents.ts'
import { folder } from './support/folder.ts'
import { freePort } from './support/free-port.ts'
import { listenOn } from './support/raw.ts'
import { containerSnapshot, hostSnapshot, sample } from './support/snapshots.ts'
import { launch } from './support/start.ts'
import { until } from './support/until.ts'
import { aboutReplicas } from './troubleshooting/cluster.ts'
import { aboutHosts } from './troubleshooting/hosts.ts'
import { logLine, page, quoted } from './troubleshooting/quoted.ts'

/** Docker's answer to HTTP on a port for HTTPS. */
const PLAIN = 'Client sent an HTTP request to an HTTPS server.'

const unexplained = new Set(quoted)

/** The page shows a line that the service prints. */
function shows (t: Test, line: string) {
  t.ok(quoted.has(line), line)
  unexplained.delete(line)
}

/** Why a configuration file is invalid. */
async function complaintAbout (t: Test, yaml: string): Promise<string> {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
  return loadConfig({ cwd, env: {} }).then(() => 'it is valid', messageOf)
}

/** The messages in the table of a section. */
function messagesIn (heading: string): string[] {
  const [, section = ''] = page.split(`\n### ${heading}\n`)
  return [...(section.split('\n##')[0] ?? '').matchAll(/^\| `(.+?)` \|/mg)].map(([, text = '']) => text)
}

t.test('explains every error code', async t => {
  for (const ErrorClass of Object.values(catalogue)) {
    const { code } = new ErrorClass('', '', '')
    t.ok(page.includes(`\`${code}\``), code)
  }
})

t.test('shows what the log says about hosts', async t => {
  for (const line of aboutHosts) shows(t, line)
})

t.test('shows what a replica says about others', async t => {
  for (const line of aboutReplicas) shows(t, line)
  const port = await freePort()
  const { log } = await build(t, { yaml: `cluster: { url: 'redis://127.0.0.1:${port}' }` })
  const { msg } = await until(() => log().split('\n').filter(Boolean).map(line => JSON.parse(line))
    .find(({ msg }) => msg.startsWith('Cannot reach the server')))
  shows(t, logLine('WARN', {}, msg.replace(`127.0.0.1:${port}`, '192.0.2.9:6379')))
})

t.test('shows why the service does not start', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const service = launch(t, { env: { PORT: String(port) } })
  t.equal(await service.ended, 1)
  shows(t, service.stderr().trim().replace(`127.0.0.1:${port}`, ':::7070'))
  shows(t, await complaintAbout(t, 'hosts:\n  nas:\n    url: tcp://nas.lan:2375\n   db:\n    url: tcp://db.lan:2375\n'))
})

t.test('lists the usual mistakes in a file', async t => {
  const mistakes = [
    'hosts:\n  nas:\n    url: a\n   db:\n    url: b\n',
    'mintimeout: 5000\n hosts:\n  nas: {}\n',
    'hosts:\n\tnas:\n',
    'hosts:\n  nas:\n    url: "tcp://nas.lan:2375\n',
    'hosts:\n  nas:\n    url:tcp://nas.lan:2375\n',
    'host:\n  nas:\n    url: a\n',
    'auth:\n  token: ${NAME:?}\n' // eslint-disable-line no-template-curly-in-string
  ]
  const listed = messagesIn('The configuration is invalid')
  t.equal(listed.length, mistakes.length + 1)
  for (const [index, yaml] of mistakes.entries()) {
    const complaint = await complaintAbout(t, yaml)
    t.ok(complaint.includes(listed[index] ?? 'nothing'), complaint)
  }
  const missing = loadConfig({ cwd: folder(t), env: {}, file: 'hosts.yaml' })
  await t.rejects(missing, { message: String(listed.at(-1)) })
})

t.test('shows an invalid file that is saved while the service runs', async t => {
  const { app, log, cwd } = await build(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), 'mintimeout: soon\n')
  await app.reloadConfig()
  const { msg, problems } = log().split('\n').filter(Boolean).map(line => JSON.parse(line))
    .find(({ level }) => level === 50)
  shows(t, logLine('ERROR', { problems }, msg))
})

t.test('lists what can be wrong with TLS', async t => {
  const advice = [
    ...['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', REFUSED, 'ERR_SSL_WRONG_VERSION_NUMBER',
      'CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', BAD_FILE].map(adviceOn),
    statusError('tcp://a', 'GET /_ping', { endpoint: 'ping', statusCode: 400, headers: {}, body: PLAIN }).message
  ]
  const listed = messagesIn('`ENGINE_TLS`')
  t.equal(listed.length, advice.length)
  for (const [index, text] of listed.entries()) t.match(advice[index], text)
})

t.test('shows figures that an Engine does not report', async t => {
  const container = containerSnapshot({ sample: sample() })
  const { memory } = containerRow(hostSnapshot({ up: true, containers: [container] }), container, {
    container: new Map(), tags: new Map(), labels: []
  })
  shows(t, `"memory":${JSON.stringify(memory)}`)
})

t.test('shows the answers to refused requests', async t => {
  const sha256 = createHash('sha256').update('for-stats').digest('hex')
  const { app } = await build(t, {
    yaml: `hosts: { nas: { url: unix:///none } }\nauth: { tokens: [{ name: a, sha256: ${sha256}, scopes: [stats] }] }`
  })
  const ask = async (url: string, authorization?: string) =>
    (await app.inject({ url, headers: authorization === undefined ? {} : { authorization } })).body
  shows(t, await ask('/stats'))
  shows(t, await ask('/config', 'for-stats'))
  shows(t, await ask('/hosts/nass', 'for-stats'))
  for (let attempt = 0; attempt < 10; attempt++) await ask('/stats', 'wrong')
  shows(t, (await ask('/stats', 'wrong')).replace(/in \d+ seconds/, 'in 60 seconds'))
  const { statusCode, code, message } = new Internal('req-1')
  shows(t, JSON.stringify({ statusCode, code, error: 'Internal Server Error', message }))
})

t.test('shows what the service prints about its token', async t => {
  const lines = banner({ address: '::', family: 'IPv6', port: 7070 }, 'token', {
    file: null,
    hosts: [],
    hasPage: false,
    auth: { token: null, tokens: [], isSkipped: false },
    listen: { host: null, port: 7070, socket: null, tls: 'off' }
  }).trim().split('\n')
  shows(t, String(lines.at(-1)))
})

t.test('shows that files cannot be written', async t => {
  const { app, log, cwd } = await build(t, {
    yaml: 'history: { file: closed/data/history.db }\nlog: { file: closed/logs/dockstat.log }\n',
    files: { closed: '' }
  })
  const lines = () => log().split('\n').filter(Boolean).map(line => JSON.parse(line))
  const about = (what: RegExp) => until(() => lines().find(({ msg }) => what.test(msg)))
  await listenOn(app) // which opens the history
  const denied = (message: string) => message
    .replace(/ENOTDIR: not a directory, mkdir '.*\/(data|logs)'/, "EACCES: permission denied, mkdir '/app/$1'")
  const { msg, file } = await about(/history file/)
  shows(t, logLine('WARN', { file: file.replace(join(cwd, 'closed'), '/app') }, denied(msg)))
  shows(t, logLine('WARN', {}, denied((await about(/log file/)).msg)))
})

t.test('names what the page says', async t => {
  const source = ['api.ts', 'connection.ts'].map(file => readFileSync(join(root, 'web/state', file), 'utf8')).join('')
  for (const [, text = ''] of page.matchAll(/`(The service [^`]+\.|A proxy holds [^`]+\.)`/g)) {
    t.ok(source.includes(text), text)
  }
})

t.test('names files that exist', async t => {
  for (const [, file = ''] of page.matchAll(/`(deploy\/[\w./-]+)`/g)) t.ok(existsSync(join(root, file)), file)
})

t.test('shows nothing that no test produces', async t => {
  t.strictSame([...unexplained], [])
})
