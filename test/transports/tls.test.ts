import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { EngineClient } from '../../lib/engine/client.ts'
import type { TlsSettings } from '../../lib/engine/transports/certificates.ts'
import { codeOf, messageOf } from '../../lib/errors.ts'
import { authority, type Certificate } from '../support/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { folder } from '../support/folder.ts'

const SCRIPT = join(import.meta.dirname, '../../scripts/engine.sh')

const run = promisify(execFile)

async function whatIsMissing (): Promise<string | false> {
  if (process.getuid?.() !== 0) return 'an Engine of its own needs root'
  return run('dockerd', ['--version']).then(() => false, () => 'dockerd is not installed')
}

const skip = await whatIsMissing()
if (skip && process.env.REQUIRE_ENGINE) throw new Error(`${skip}, and REQUIRE_ENGINE is set`)

/** Starts a dockerd, for one test, that accepts clients whose certificates the authority has signed. */
async function startEngine (t: Test, ca: string, { cert, key }: Certificate): Promise<number> {
  const dir = folder(t)
  const port = await freePort()
  t.teardown(() => run(SCRIPT, ['stop', dir]))
  await run(SCRIPT, ['start', dir, '--host', `tcp://127.0.0.1:${port}`, '--tlsverify', '--tlscacert', ca,
    '--tlscert', cert, '--tlskey', key])
  return port
}

async function outcome (t: Test, port: number, tls: TlsSettings, scheme = 'https') {
  const engine = new EngineClient({ address: `${scheme}://127.0.0.1:${port}`, tls })
  t.teardown(() => engine.close())
  return await engine.info().then(() => ({ code: 'none', message: '' }),
    error => ({ code: codeOf(error), message: messageOf(error) }))
}

t.test('a real Engine with --tlsverify', { skip }, async t => {
  const [ours, theirs] = [await authority(t), await authority(t)]
  const { ca } = ours
  const [user, stranger] = [await ours.issue('user'), await theirs.issue('stranger')]
  const expired = await ours.issue('expired', { days: -1 })
  const port = await startEngine(t, ca, await ours.issue('server', { names: 'IP:127.0.0.1,DNS:engine' }))
  const wanted = /: TLS connection failed: the Engine requires a valid client cert.*: set tls\.cert and tls\.key \(/

  await t.test('accepts the right client', async t => {
    t.strictSame(await outcome(t, port, { ca, ...user }), { code: 'none', message: '' })
    t.match(await outcome(t, port, { ca, ...user, servername: 'engine' }), { code: 'none' })
  })

  await t.test('requires a client certificate', async t => {
    t.match(await outcome(t, port, { ca }), { code: 'ENGINE_TLS', message: wanted })
  })

  await t.test('rejects a client certificate of another authority', async t => {
    t.match(await outcome(t, port, { ca, ...stranger }), { code: 'ENGINE_TLS', message: wanted })
  })

  await t.test('rejects an expired client certificate', async t => {
    t.match(await outcome(t, port, { ca, ...expired }), { code: 'ENGINE_TLS', message: wanted })
  })

  await t.test('is rejected if its authority is unknown', async t => {
    const message = /signed by an unknown authority: set tls\.ca to that authority's certificate \([A-Z_]+: /
    t.match(await outcome(t, port, { ...user, ca: theirs.ca }), { code: 'ENGINE_TLS', message })
    t.match(await outcome(t, port, user), { code: 'ENGINE_TLS', message })
    t.match(await outcome(t, port, { ...user, insecure: true }), { code: 'none' })
  })

  await t.test('is rejected if its name differs', async t => {
    t.match(await outcome(t, port, { ca, ...user, servername: 'other' }), {
      code: 'ENGINE_TLS',
      message: /: set tls\.servername to one of its names \(.*: it is valid for IP Address:127\.0\.0\.1, DNS:e/
    })
  })

  await t.test('reports plain HTTP', async t => {
    t.match(await outcome(t, port, {}, 'tcp'), {
      code: 'ENGINE_TLS', message: /use https:\/\/ \(Client sent an HTTP request to an HTTPS server\.\)$/
    })
  })
})

t.test('reports that the certificate of a real Engine has expired', { skip }, async t => {
  const { ca, issue } = await authority(t)
  const port = await startEngine(t, ca, await issue('server', { days: -1 }))
  t.match(await outcome(t, port, { ca, ...await issue('user') }), {
    code: 'ENGINE_TLS', message: /has expired: renew it, and update tls\.ca \(CERT_HAS_EXPIRED: /
  })
})
