import t from 'tap'
import { banner } from '../../../lib/process/banner.ts'

const everywhere = { address: '0.0.0.0', family: 'IPv4', port: 7070 }

const watched = {
  file: 'dockstat.yaml',
  hosts: [{ name: 'nas', address: 'tcp://10.0.0.2:2375' }, { name: 'raspberry', address: 'ssh://pi@10.0.0.3' }]
}

/** The line that people copy. */
const curlLine = (text: string) => text.split('\n').find(line => line.startsWith('  curl'))?.trim()

t.test('says where it listens and how to ask', async t => {
  const cases = [
    [everywhere, 'every address, port 7070', 'localhost:7070'],
    [{ address: '::', family: 'IPv6', port: 80 }, 'every address, port 80', 'localhost:80'],
    [{ address: '127.0.0.1', family: 'IPv4', port: 1234 }, '127.0.0.1, port 1234', '127.0.0.1:1234'],
    [{ address: '::1', family: 'IPv6', port: 1234 }, '::1, port 1234', '[::1]:1234']
  ] as const
  for (const [listening, place, authority] of cases) {
    const text = banner(listening, null, false, watched)
    t.match(text, `listens on ${place}. Ask it:\n`)
    t.equal(curlLine(text), `curl -H "Authorization: $SECRET" http://${authority}/stats`)
    t.ok(text.endsWith('\n'))
  }
})

t.test('shows a generated token exactly once, in a line that works as it is', async t => {
  const text = banner(everywhere, 'generated-for-this-run', false, watched)
  t.equal(curlLine(text), 'curl -H "Authorization: generated-for-this-run" http://localhost:7070/stats')
  t.equal(text.split('generated-for-this-run').length, 2)
  t.match(text, /No token is configured.*Set SECRET/)
})

t.test('with a configured token, $SECRET stands for it', async t => {
  const text = banner(everywhere, null, false, watched)
  t.match(text, '$SECRET stands for the token that you configured.')
  t.notMatch(text, /No token is configured/)
})

t.test('without authentication there is no header and no word of tokens', async t => {
  const text = banner(everywhere, null, true, watched)
  t.equal(curlLine(text), 'curl http://localhost:7070/stats')
  t.notMatch(text, /token|SECRET/i)
})

t.test('says which file is used, and where each host is asked', async t => {
  t.ok(banner(everywhere, null, true, watched).startsWith(`The configuration is dockstat.yaml; it watches:

  nas        tcp://10.0.0.2:2375
  raspberry  ssh://pi@10.0.0.3

DockStatAPI listens`))
  t.match(banner(everywhere, null, true, { ...watched, file: null }), /^There is no configuration file; it watches:\n/)
})
