import { once } from 'node:events'
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createPlainServer, type RequestListener } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { createServer as createSocketServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { EngineClient } from '../../../../lib/engine/client.ts'
import type { TlsSettings } from '../../../../lib/engine/transports/certificates.ts'
import { codeOf, messageOf } from '../../../../lib/errors.ts'
import { build } from '../../../support/build.ts'
import { authority, type Authority, type Certificate } from '../../../support/certificates.ts'
import { folder } from '../../../support/folder.ts'
import { until } from '../../../support/until.ts'

const DAY = 86_400_000

const answer: RequestListener = (_request, response) => response.setHeader('Api-Version', '1.51').end('[]')

/** Starts a server until the test ends; it requires a client certificate if `ca` is set. */
async function serve (t: Test, { cert, key }: Certificate, { ca, ...options }: ServerOptions = {}) {
  const server = createServer({
    ...options,
    cert: readFileSync(cert),
    key: readFileSync(key),
    ...ca ? { ca, requestCert: true, rejectUnauthorized: true } : {}
  }, answer)
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

function client (t: Test, port: number, tls?: TlsSettings, host = '127.0.0.1'): EngineClient {
  const engine = new EngineClient({ address: `https://${host}:${port}`, ...tls ? { tls } : {} })
  t.teardown(() => engine.close())
  return engine
}

async function errorOf (engine: EngineClient): Promise<{ code: string, message: string }> {
  const none = { code: 'none', message: '' }
  return await engine.ping().then(() => none, error => ({ code: codeOf(error), message: messageOf(error) }))
}

/** A directory with the layout of DOCKER_CERT_PATH. */
function certificateFolder (t: Test, ca: string, { cert, key }: Certificate): string {
  const path = folder(t)
  copyFileSync(ca, join(path, 'ca.pem'))
  copyFileSync(cert, join(path, 'cert.pem'))
  copyFileSync(key, join(path, 'key.pem'))
  return path
}

/** An authority, a server that requires its client certificates, and one such certificate. */
async function guarded (t: Test): Promise<Authority & { port: number, server: Certificate, user: Certificate }> {
  const ours = await authority(t)
  const [server, user] = [await ours.issue('server'), await ours.issue('user')]
  const { port } = await serve(t, server, { ca: readFileSync(ours.ca) })
  return { ...ours, port, server, user }
}

t.test('connects with a client certificate, from single files or from a directory', async t => {
  const { port, ca, user } = await guarded(t)
  t.match(await client(t, port, { ca, ...user }).ping(), { apiVersion: '1.51' })
  t.match(await client(t, port, { path: certificateFolder(t, ca, user) }).ping(), { apiVersion: '1.51' })
})

t.test('opens further connections with the same settings', async t => {
  const { port, ca, user } = await guarded(t)
  const engine = client(t, port, { ca, ...user })
  await engine.ping()
  await t.resolves(Promise.all([engine.containers(), engine.containers(), engine.ping()]))
})

t.test('reports that a client certificate is required', async t => {
  const { ca, port, server, issue } = await guarded(t)
  const older = await serve(t, server, { ca: readFileSync(ca), maxVersion: 'TLSv1.2' })
  const stranger = await (await authority(t)).issue('stranger')
  const cases = [[older.port, {}], [port, {}], [port, stranger], [port, await issue('late', { days: -1 })]] as const
  for (const [port, user] of cases) {
    t.match(await errorOf(client(t, port, { ca, ...user })), {
      code: 'ENGINE_TLS',
      message: /requires a valid client certificate .*: set tls\.cert and tls\.key \(/
    })
  }
})

/** Alerts about the client certificate (RFC 8446, section 6.2). */
const CLIENT_ALERTS = {
  handshake_failure: 40,
  bad_certificate: 42,
  unsupported_certificate: 43,
  certificate_revoked: 44,
  certificate_expired: 45,
  certificate_unknown: 46,
  unknown_ca: 48,
  access_denied: 49,
  certificate_required: 116
}

t.test('recognizes every alert about the client certificate, however OpenSSL names it', async t => {
  let alert = 0
  const server = createSocketServer(socket => {
    socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, alert])))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  for (const [name, number] of Object.entries(CLIENT_ALERTS)) {
    alert = number
    t.match(await errorOf(client(t, port)), { code: 'ENGINE_TLS', message: /: set tls\.cert and tls\.key \(/ }, name)
  }
  alert = 70
  t.match(await errorOf(client(t, port)), { code: 'ENGINE_TLS', message: /openssl s_client/ }, 'protocol_version')
})

t.test('does not blame the certificate for a connection that is lost after a response', async t => {
  const ours = await authority(t)
  const { server, port } = await serve(t, await ours.issue('server'))
  const engine = client(t, port, { ca: ours.ca })
  await engine.ping()
  server.removeAllListeners('request').on('request', request => request.socket.destroy())
  t.match(await errorOf(engine), { code: 'ENGINE_DISCONNECTED' })
  server.removeAllListeners('request').on('request', answer)
  t.match(await engine.ping(), { apiVersion: '1.51' })
})

t.test('reports an unknown authority', async t => {
  const [ours, theirs] = [await authority(t), await authority(t)]
  const { port } = await serve(t, await ours.issue('server'))
  const message = /signed by an unknown authority: set tls\.ca to that authority's certificate \([A-Z_]+: /
  for (const tls of [{ ca: theirs.ca }, {}, undefined]) {
    t.match(await errorOf(client(t, port, tls)), { code: 'ENGINE_TLS', message })
  }
  t.match(await client(t, port, { insecure: true }).ping(), { apiVersion: '1.51' }, 'unless insecure is set')
})

t.test('reports a certificate for another name, and accepts it if servername is set', async t => {
  const { ca, issue } = await authority(t)
  const { port } = await serve(t, await issue('server', { names: 'DNS:engine.example' }))
  for (const host of ['127.0.0.1', 'localhost']) {
    t.match(await errorOf(client(t, port, { ca }, host)), {
      code: 'ENGINE_TLS',
      message: /set tls\.servername to one of its names \(\w+_ALTNAME_INVALID: it is valid for DNS:engine\.example\)$/
    })
    t.match(await client(t, port, { ca, servername: 'engine.example' }, host).ping(), { apiVersion: '1.51' })
  }
})

t.test("reports that the Engine's certificate has expired", async t => {
  const { ca, issue } = await authority(t)
  const { port } = await serve(t, await issue('server', { days: -1 }))
  t.match(await errorOf(client(t, port, { ca })), {
    code: 'ENGINE_TLS', message: /has expired: renew it, and update tls\.ca \(CERT_HAS_EXPIRED: /
  })
})

t.test('reloads changed files for new connections', async t => {
  const { port, ca, user, issue } = await guarded(t)
  const stranger = await (await authority(t)).issue('stranger')
  const path = certificateFolder(t, ca, stranger)
  const engine = client(t, port, { path })
  t.match(await errorOf(engine), { code: 'ENGINE_TLS', message: /tls\.cert and tls\.key/ })
  copyFileSync(user.cert, join(path, 'cert.pem'))
  t.match(await errorOf(engine), { code: 'ENGINE_TLS', message: /must be PEM files, .* must match the certificate / })
  copyFileSync(user.key, join(path, 'key.pem'))
  t.match(await engine.ping(), { apiVersion: '1.51' })
  const before = engine.certificateExpiresAt
  const longer = await issue('longer', { days: 20 })
  copyFileSync(longer.cert, join(path, 'cert.pem'))
  copyFileSync(longer.key, join(path, 'key.pem'))
  await Promise.all([engine.ping(), engine.ping()])
  t.not(engine.certificateExpiresAt, before, 'the second connection uses the new files')
})

t.test('reports when the first certificate expires, once the files are read', async t => {
  const [ours, old] = [await authority(t), await authority(t, 5)]
  const { port } = await serve(t, await ours.issue('server'))
  const user = await ours.issue('user', { days: 10 })
  const bundle = join(ours.dir, 'bundle.pem')
  writeFileSync(bundle, readFileSync(old.ca, 'utf8') + readFileSync(ours.ca, 'utf8'))
  const cases = [
    [{ ca: ours.ca, ...user }, 10],
    [{ ca: ours.ca }, 30],
    [{ ca: bundle }, 30],
    [{ ca: old.ca, ...user }, 5],
    [{ insecure: true }, null]
  ] as const
  for (const [tls, days] of cases) {
    const engine = client(t, port, tls)
    t.equal(engine.certificateExpiresAt, null)
    await errorOf(engine)
    const expiry = engine.certificateExpiresAt
    t.equal(expiry && Math.round((Date.parse(expiry) - Date.now()) / DAY), days)
  }
})

t.test('shows when a certificate expires, and warns if that is soon', async t => {
  const { port, ca, issue } = await guarded(t)
  const tls = { ca, ...await issue('soon', { days: 10 }) }
  const { app, log } = await build(t, {
    yaml: JSON.stringify({ hosts: { nas: { url: `tcp://127.0.0.1:${port}`, tls } } })
  })
  const expiresAt = await until(() => app.stats.snapshots()[0]?.certificateExpiresAt)
  t.equal(Math.round((Date.parse(expiresAt) - Date.now()) / DAY), 10)
  await until(() => log().includes(`at https://127.0.0.1:${port} expires on ${expiresAt}`))
})

t.test('names an unusable file, and recovers once it is usable', async t => {
  const { port, ca, user } = await guarded(t)
  const broken = join(folder(t), 'broken.pem')
  writeFileSync(broken, 'hello')
  const absent = join(folder(t), 'absent.pem')
  const cases = [
    [{ ca: absent, ...user }, /tls\.ca: ENOENT.*absent\.pem/],
    [{ ca, cert: user.cert, key: absent }, /tls\.key: ENOENT/],
    [{ ca, cert: folder(t), key: user.key }, /tls\.cert: EISDIR/],
    [{ path: folder(t) }, /no ca\.pem, cert\.pem or key\.pem in \//],
    [{ ca, cert: user.cert }, /tls\.cert requires tls\.key/],
    [{ ca, key: user.key }, /tls\.key requires tls\.cert/],
    [{ ca: broken, ...user }, /tls\.ca contains no PEM certificate/],
    [{ ca, cert: broken, key: user.key }, /must be PEM files/],
    [{ ca, cert: user.cert, key: broken }, /must be PEM files/]
  ] as const
  for (const [tls, message] of cases) {
    t.match(await errorOf(client(t, port, tls)), { code: 'ENGINE_TLS', message }, String(message))
  }
  const path = certificateFolder(t, ca, user)
  rmSync(join(path, 'key.pem'))
  const engine = client(t, port, { path })
  t.match(await errorOf(engine), { code: 'ENGINE_TLS', message: /tls\.cert requires tls\.key/ })
  copyFileSync(user.key, join(path, 'key.pem'))
  t.match(await engine.ping(), { apiVersion: '1.51' })
})

t.test('reports TLS to a plain port, and plain HTTP to a TLS port', async t => {
  const server = createPlainServer((_request, response) =>
    response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  t.match(await errorOf(client(t, port)), {
    code: 'ENGINE_TLS',
    message: /does not use TLS: use http:\/\/, or tcp:\/\/ without tls \(ERR_SSL_WRONG_VERSION_NUMBER: /
  })
  const plain = new EngineClient({ address: `tcp://127.0.0.1:${port}` })
  t.teardown(() => plain.close())
  t.match(await errorOf(plain), {
    code: 'ENGINE_TLS', message: /use https:\/\/ \(Client sent an HTTP request to an HTTPS server\.\)$/
  })
})

t.test('reports a refused connection as refused', async t => {
  const { server, port } = await serve(t, await (await authority(t)).issue('server'))
  server.close()
  await once(server, 'close')
  t.match(await errorOf(client(t, port)), { code: 'ENGINE_REFUSED' })
})
