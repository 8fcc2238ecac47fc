import { readFileSync, rmSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { engineAddress } from '../../../lib/config/engine-address.ts'
import { createCheck } from '../../../lib/config/validate.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { trusts } from '../../../lib/http/trust.ts'
import { openLogFile } from '../../../lib/process/log.ts'
import { createTokenCheck } from '../../../lib/access/token.ts'
import { folder } from '../../support/folder.ts'

const RUNS = { numRuns: 10_000, seed: 12 }

/** Generates text made of typical parts of a value, and arbitrary text. */
const textLike = (...parts: string[]) => fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ maxLength: 4 })), { maxLength: 8 }).map(all => all.join(''))
)

/** Whether the configuration accepts a value of this format. Also asserts that it explains each rejection. */
function checkOf (format: string) {
  const check = createCheck<{ value: string }>({ type: 'object', properties: { value: { type: 'string', format } } })
  return (value: string) => {
    const result = check({ value })
    if ('data' in result) return true
    if (!/^must be .{10,}/.test(result.violations[0]?.message ?? '')) throw new Error(`no reason for: ${value}`)
    return false
  }
}

t.test('accepts only addresses that the service can connect to', async t => {
  const isAccepted = checkOf('engine-url')
  const schemes = ['tcp://', 'https://', 'http://', 'unix://', 'ssh://']
  const rest = ['/var/run/docker.sock', '10.0.0.2', 'nas', '127.0.0.', '256', '[::1]', ':2375', ':0', ':99999', 'me@']
  const address = textLike(...schemes, ...rest, '/', '.', '-', ' ', '“', '*', 'xn--a', '%eth0', '?', '#')
  let accepted = 0
  fc.assert(fc.property(address, text => {
    if (!isAccepted(text)) return
    accepted++
    new EngineClient({ address: String(engineAddress(text)) }).close().catch(() => {})
  }), RUNS)
  t.ok(accepted > 20, `${accepted} of 10,000 are addresses`)
})

t.test('accepts only tokens that requests can send', async t => {
  const isAccepted = checkOf('token')
  let accepted = 0
  fc.assert(fc.property(textLike('secret', 'ä', '€', ':', ' ', '\n', 'Bearer ', 'Basic '), token => {
    if (!isAccepted(token)) return
    accepted++
    const sent = Buffer.from(token).toString('latin1')
    const basic = Buffer.from(`me:${token}`).toString('base64')
    const check = createTokenCheck(token)
    if (![sent, `Bearer ${sent}`, `Basic ${basic}`].every(check)) throw new Error('refused')
    if (check(`${sent}x`) || check('')) throw new Error('accepted a wrong token')
  }), RUNS)
  t.ok(accepted > 20, `${accepted} of 10,000 are tokens`)
})

t.test('accepts only proxies that it can recognize', async t => {
  const isAccepted = checkOf('proxy')
  let accepted = 0
  fc.assert(fc.property(textLike('10.0.0.', '2', '/', '8', '33', 'fd00::', '::1', 'true', 'false', 'nas'), proxy => {
    if (!isAccepted(proxy)) return
    accepted++
    const [address = ''] = proxy.split('/')
    const isTrusted = trusts([proxy])(isIP(address) ? address : '127.0.0.1')
    if (isTrusted === (proxy === 'false')) throw new Error('the proxy is not matched as configured')
  }), RUNS)
  t.ok(accepted > 20, `${accepted} of 10,000 are proxies`)
})

t.test('accepts only public URLs that clients can request', async t => {
  const isAccepted = checkOf('public-url')
  let accepted = 0
  const url = textLike('https://', 'http://', 'ex.org', ':8443', '/dockstat', '/', '?a', '#b', 'me@', 'ftp://')
  fc.assert(fc.property(url, text => {
    if (!isAccepted(text)) return
    accepted++
    const base = new URL(text).href.replace(/\/*$/, '/')
    if (!new URL('stats', base).pathname.endsWith('/stats')) throw new Error(text)
  }), RUNS)
  t.ok(accepted > 20, `${accepted} of 10,000 are URLs`)
})

/** Where the first lines go: the number comes before the extension, or `.log` if that has less than two characters. */
function firstFileOf (file: string): string {
  const [, name = file.replace(/\.$/, ''), extension = '.log'] = /^(.*)(\.[^./]{2,})$/s.exec(file) ?? []
  return `${name}.1${extension}`
}

t.test('accepts only paths that a log can be written to, and writes it there', async t => {
  const isAccepted = checkOf('log-file')
  const root = folder(t)
  const cwd = join(root, ...'deep enough for every ..'.split(' '), 'a/b/c/d/e/f')
  let accepted = 0
  const parts = ['dockstat', '.log', 'logs', '/', '.', '..', ' ', '*', '%d', '~', 'none', 'ä', '€', 'a'.repeat(200)]
  await fc.assert(fc.asyncProperty(textLike(...parts), async text => {
    if (!isAccepted(text) || text === 'none') return
    const file = resolve(cwd, text)
    if (!file.startsWith(`${root}/`)) return
    accepted++
    const log = await openLogFile({ file, logsize: 1, LogCount: 5, onError: error => { throw error } })
    log.write('a line\n')
    log.close()
    const written = readFileSync(firstFileOf(file), 'utf8')
    rmSync(root, { recursive: true })
    if (written !== 'a line\n') throw new Error(`wrote ${JSON.stringify(written)}`)
  }), RUNS)
  t.ok(accepted > 20, `${accepted} of 10,000 are paths`)
})
