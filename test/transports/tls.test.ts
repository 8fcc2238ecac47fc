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

/** A port of the loopback interface that nothing listens on now. */
/** Starts a dockerd that lets in whom the authority has signed; ends with the test. */
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
  const wanted = /: TLS connection failed: the Engine wants a client certificate .*: set tls\.cert and tls\.key \(/

  await t.test('lets the right client in', async t => {
    t.strictSame(await outcome(t, port, { ca, ...user }), { code: 'none', message: '' })
    t.match(await outcome(t, port, { ca, ...user, servername: 'engine' }), { code: 'none' })
  })

  await t.test('wants a client certificate', async t => {
    t.match(await outcome(t, port, { ca }), { code: 'ENGINE_TLS', message: wanted })
  })

  await t.test('wants one of its own authority', async t => {
    t.match(await outcome(t, port, { ca, ...stranger }), { code: 'ENGINE_TLS', message: wanted })
  })

  await t.test('wants one that has not expired', async t => {
    t.match(await outcome(t, port, { ca, ...expired }), { code: 'ENGINE_TLS', message: wanted })
  })

  await t.test('is of another authority than the one configured, or than the public ones', async t => {
    const message = /authority that is not known here: set tls\.ca to that authority's certificate \([A-Z_]+: /
    t.match(await outcome(t, port, { ...user, ca: theirs.ca }), { code: 'ENGINE_TLS', message })
    t.match(await outcome(t, port, user), { code: 'ENGINE_TLS', message })
    t.match(await outcome(t, port, { ...user, insecure: true }), { code: 'none' })
  })

  await t.test('has another name than the one configured', async t => {
    t.match(await outcome(t, port, { ca, ...user, servername: 'other' }), {
      code: 'ENGINE_TLS',
      message: /another name: set tls\.servername to one of its names \(.*: it is for IP Address:127\.0\.0\.1, DNS:e/
    })
  })

  await t.test('does not take plain HTTP', async t => {
    t.match(await outcome(t, port, {}, 'tcp'), {
      code: 'ENGINE_TLS', message: /use https:\/\/ \(Client sent an HTTP request to an HTTPS server\.\)$/
    })
  })
})

t.test('a real Engine whose certificate has expired is named so', { skip }, async t => {
  const { ca, issue } = await authority(t)
  const port = await startEngine(t, ca, await issue('server', { days: -1 }))
  t.match(await outcome(t, port, { ca, ...await issue('user') }), {
    code: 'ENGINE_TLS', message: /has expired: renew it, and tls\.ca with it \(CERT_HAS_EXPIRED: /
  })
})
