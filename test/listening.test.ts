import { copyFileSync, readFileSync, renameSync, statSync } from 'node:fs'
import http from 'node:http'
import https, { type RequestOptions } from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'
import { health } from '../commands/health.ts'
import { codeOf } from '../lib/errors.ts'
import { authority, type Certificate } from './support/certificates.ts'
import { folder } from './support/folder.ts'
import { launch, start, type Service } from './support/start.ts'
import { until } from './support/until.ts'

interface Answer {
  statusCode?: number | undefined
  body?: string
  /** Serial number of the server's certificate. */
  serial?: string
  /** Of an error. */
  code?: string
}

/** Requests /status, or another path. */
async function ask (options: RequestOptions, protocol: typeof http | typeof https = https) {
  return await new Promise<Answer>(resolve => {
    protocol.get({ path: '/status', agent: false, ...options }, async response => {
      const { serialNumber: serial } = (response.socket as TLSSocket).getPeerCertificate?.() ?? {}
      resolve({ statusCode: response.statusCode, body: await text(response), ...serial && { serial } })
    }).on('error', error => resolve({ code: codeOf(error) }))
  })
}

function install ({ cert, key }: Certificate, cwd: string) {
  for (const [from, to] of [[cert, 'cert.pem'], [key, 'key.pem']] as const) {
    copyFileSync(from, join(cwd, `${to}.new`))
    renameSync(join(cwd, `${to}.new`), join(cwd, to))
  }
}

const checkHealth = ({ cwd }: Service, PORT: number) => health({ env: { HOST: '127.0.0.1', PORT: String(PORT) }, cwd })

t.test('serves HTTPS, and uses a renewed certificate without a restart', async t => {
  const cwd = folder(t)
  const ca = await authority(t)
  install(await ca.issue('one', { names: 'IP:127.0.0.1' }), cwd)
  const service = await start(t, { cwd, yaml: 'server: { tls: { cert: cert.pem, key: key.pem } }' })
  const { port } = service
  const options = { host: '127.0.0.1', port, ca: readFileSync(ca.ca) }
  const first = await ask(options)
  t.equal(first.body, 'UP')
  t.match(service.stderr(), `https://127.0.0.1:${port}/stats`)
  t.equal(await checkHealth(service, port), null)
  t.match(await ask(options, http), { code: 'ECONNRESET' }, 'plain HTTP')
  install(await ca.issue('two', { names: 'IP:127.0.0.1' }), cwd)
  await until(async () => (await ask(options)).serial !== first.serial)
  t.equal((await ask(options)).body, 'UP')
})

t.test('with a CA, accepts only clients that have a certificate', async t => {
  const cwd = folder(t)
  const ca = await authority(t)
  install(await ca.issue('server', { names: 'IP:127.0.0.1' }), cwd)
  copyFileSync(ca.ca, join(cwd, 'ca.pem'))
  const yaml = 'server: { tls: { cert: cert.pem, key: key.pem, ca: ca.pem } }'
  const service = await start(t, { cwd, yaml })
  const { port } = service
  const options = { host: '127.0.0.1', port, ca: readFileSync(ca.ca) }
  const read = ({ cert, key }: Certificate) => ({ cert: readFileSync(cert), key: readFileSync(key) })
  t.equal((await ask({ ...options, ...read(await ca.issue('client')) })).body, 'UP')
  const stranger = await (await authority(t)).issue('stranger')
  for (const own of [{}, read(stranger)]) {
    const { body, code } = await ask({ ...options, ...own })
    t.equal(body, undefined)
    t.match(code, /^ERR_SSL|ECONNRESET/)
  }
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    t.equal((await ask({ ...options, maxVersion })).body, undefined, maxVersion)
  }
  t.equal(await checkHealth(service, port), null)
})

/** Starts the service on a Unix socket in its working directory. */
async function startOnSocket (t: Test, cwd: string, mode = '0660') {
  const service = launch(t, { cwd, yaml: `server: { socket: { path: dockstat.sock, mode: "${mode}" } }` })
  await until(() => {
    if (service.child.exitCode !== null) throw new Error(service.stderr())
    return service.stderr().includes('curl')
  })
  return service
}

t.test('serves a Unix socket with its mode, also after it was killed', async t => {
  const cwd = folder(t)
  const socketPath = join(cwd, 'dockstat.sock')
  const killed = await startOnSocket(t, cwd, '0606')
  t.equal((await ask({ socketPath }, http)).body, 'UP')
  await until(() => (statSync(socketPath).mode & 0o777) === 0o606)
  killed.child.kill('SIGKILL')
  await killed.ended
  const service = await startOnSocket(t, cwd)
  t.equal((await ask({ socketPath }, http)).body, 'UP')
  await until(() => (statSync(socketPath).mode & 0o777) === 0o660)
  t.match(service.stderr(), `--unix-socket ${socketPath} http://localhost/stats`)
  t.equal(await checkHealth(service, 1), null)
  for (let times = 0; times < 11; times++) {
    const { code, statusCode } = await ask({ socketPath, path: '/stats', headers: { authorization: 'wrong' } }, http)
    t.equal(code, undefined)
    t.equal(statusCode, times < 10 ? 401 : 429)
  }
  const other = launch(t, { cwd, yaml: 'server: { socket: { path: dockstat.sock } }' })
  t.equal(await other.ended, 1)
  t.match(other.stderr(), /Cannot listen: .*EADDRINUSE.*Change server.socket/)
  t.equal((await ask({ socketPath }, http)).body, 'UP', 'the socket is still the first one\'s')
})
