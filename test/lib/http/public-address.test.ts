import t from 'tap'
import { publicAddressOf, serverUrl } from '../../../lib/http/public-address.ts'

const PROXY = '10.0.0.2'
const asked = (headers: Record<string, string | string[]> = {}, remoteAddress: string | undefined = PROXY) =>
  ({ headers, host: 'stats.lan:7070', protocol: 'http', socket: { remoteAddress } })
const limits = {} as never
const server = (publicUrl: string | null, trustProxy: string[] = [PROXY]) =>
  ({ publicUrl: publicUrl === null ? null : new URL(publicUrl), trustProxy, limits })

t.test('defaults to the address of the request', async t => {
  t.strictSame(publicAddressOf(asked(), server(null)), { scheme: 'http', host: 'stats.lan:7070', path: '/' })
})

t.test('prefers the configured URL over the request', async t => {
  const headers = { 'x-forwarded-prefix': '/other' }
  for (const url of ['https://ex.org/dockstat', 'https://ex.org/dockstat/', 'https://ex.org:443/dockstat/']) {
    const expected = { scheme: 'https', host: 'ex.org', path: '/dockstat/' }
    t.strictSame(publicAddressOf(asked(headers), server(url)), expected, url)
  }
  t.match(publicAddressOf(asked(), server('http://ex.org:8080')), { scheme: 'http', host: 'ex.org:8080', path: '/' })
})

t.test('uses forwarding headers from trusted proxies only', async t => {
  const headers = { 'x-forwarded-port': '8443', 'x-forwarded-prefix': '/dockstat' }
  const forwarded = { ...asked(headers), host: 'ex.org', protocol: 'https' }
  t.strictSame(publicAddressOf(forwarded, server(null)), { scheme: 'https', host: 'ex.org:8443', path: '/dockstat/' })
  const untrusted = { scheme: 'http', host: 'stats.lan:7070', path: '/' }
  t.strictSame(publicAddressOf(asked(headers, '10.0.0.3'), server(null)), untrusted)
  t.strictSame(publicAddressOf(asked(headers, undefined), server(null, ['false'])), untrusted)
  const usual = { ...forwarded, headers: { 'x-forwarded-port': '443', 'x-forwarded-prefix': 'odd' } }
  t.match(publicAddressOf(usual, server(null)), { host: 'ex.org', path: '/' })
  const twice = { ...forwarded, headers: { 'x-forwarded-port': ['1', '8443, 9443'], 'x-forwarded-prefix': '/a, /b' } }
  t.match(publicAddressOf(twice, server(null)), { host: 'ex.org:9443', path: '/b/' }, 'the last proxy counts')
  const http = { ...forwarded, protocol: 'http', headers: { 'x-forwarded-port': '80' } }
  t.match(publicAddressOf(http, server(null)), { scheme: 'http', host: 'ex.org', path: '/' })
  const said = { ...asked({ 'x-forwarded-port': '9' }), protocol: 'http' }
  t.match(publicAddressOf(said, server(null)), { host: 'stats.lan:7070' }, 'the host already has a port')
})

t.test('the OpenAPI server URL is the configured one or a relative one', async t => {
  t.equal(serverUrl(server('https://ex.org/dockstat/'), '.'), 'https://ex.org/dockstat')
  t.equal(serverUrl(server(null), '..'), '..')
})
