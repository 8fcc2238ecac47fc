import t from 'tap'
import type { Config } from '../../../lib/config/config.ts'
import { banner } from '../../../lib/process/banner.ts'

const everywhere = { address: '0.0.0.0', family: 'IPv4', port: 7070 }

const listen: Config['listen'] = { host: null, port: 7070, socket: null, tls: 'off' }

const watched = {
  hasPage: false,
  listen,
  auth: { token: null, tokens: [], isSkipped: false },
  file: 'dockstat.yaml',
  hosts: [{ name: 'nas', address: 'tcp://10.0.0.2:2375' }, { name: 'raspberry', address: 'ssh://pi@10.0.0.3' }]
}

const open = { ...watched, auth: { ...watched.auth, isSkipped: true } }

/** The command to copy. */
const curlLine = (text: string) => text.split('\n').find(line => line.startsWith('  curl'))?.trim()

t.test('shows the address and a curl command', async t => {
  const cases = [
    [everywhere, 'all addresses, port 7070', 'localhost:7070'],
    [{ address: '::', family: 'IPv6', port: 80 }, 'all addresses, port 80', 'localhost:80'],
    [{ address: '127.0.0.1', family: 'IPv4', port: 1234 }, '127.0.0.1, port 1234', '127.0.0.1:1234'],
    [{ address: '::1', family: 'IPv6', port: 1234 }, '::1, port 1234', '[::1]:1234']
  ] as const
  for (const [listening, place, authority] of cases) {
    const text = banner(listening, null, watched)
    t.match(text, `listens on ${place}. Try it:\n`)
    t.equal(curlLine(text), `curl -H "Authorization: $SECRET" http://${authority}/stats`)
    t.ok(text.endsWith('\n'))
  }
})

t.test('says where the page is, which browsers cannot open through a Unix socket', async t => {
  const withPage = { ...watched, hasPage: true }
  t.match(banner(everywhere, null, withPage), 'port 7070. Open http://localhost:7070/ in a browser, or try:\n')
  t.match(banner('/run/dockstat.sock', null, withPage), 'listens on /run/dockstat.sock. Try it:\n')
})

t.test('shows a generated token exactly once, in a command that works as printed', async t => {
  const text = banner(everywhere, 'generated-for-this-run', watched)
  t.equal(curlLine(text), 'curl -H "Authorization: generated-for-this-run" http://localhost:7070/stats')
  t.equal(text.split('generated-for-this-run').length, 2)
  t.match(text, /No token is configured.*Set SECRET/)
})

t.test('shows $SECRET instead of a configured token', async t => {
  const text = banner(everywhere, null, watched)
  t.match(text, '$SECRET stands for the token that you configured.')
  t.notMatch(text, /No token is configured/)
})

t.test('mentions neither header nor token without authentication', async t => {
  const text = banner(everywhere, null, open)
  t.equal(curlLine(text), 'curl http://localhost:7070/stats')
  t.notMatch(text, /token|SECRET/i)
})

t.test('shows the configuration file and the address of each host', async t => {
  t.ok(banner(everywhere, null, open).startsWith(`Using dockstat.yaml. Watching these hosts:

  nas        tcp://10.0.0.2:2375
  raspberry  ssh://pi@10.0.0.3

DockStatAPI listens`))
  const text = banner(everywhere, null, { ...open, file: null })
  t.match(text, /^No configuration file found\. Watching these hosts:\n/)
})

t.test('shows TLS and a Unix socket', async t => {
  const secure = { ...open, listen: { ...listen, tls: 'on' } } as const
  t.equal(curlLine(banner(everywhere, null, secure)), 'curl https://localhost:7070/stats')
  const text = banner('/run/dockstat.sock', null, open)
  t.match(text, 'listens on /run/dockstat.sock. Try it:')
  t.equal(curlLine(text), 'curl --unix-socket /run/dockstat.sock http://localhost/stats')
})
