import t from 'tap'
import { isProxy, trusts } from '../../../lib/http/trust.ts'

t.test('trusts addresses, networks, everything or nothing', async t => {
  const cases: [string[], string, boolean][] = [
    [['false'], '127.0.0.1', false],
    [['true'], '8.8.8.8', true],
    [['true'], '2001:db8::1', true],
    [['10.0.0.2'], '10.0.0.2', true],
    [['10.0.0.2'], '::ffff:10.0.0.2', true],
    [['10.0.0.2'], '10.0.0.3', false],
    [['10.0.0.0/8', 'fd00::/8'], 'fd12::1', true],
    [['::1'], '::1', true],
    [['::1', '0.0.0.0/0'], '', false]
  ]
  for (const [proxies, address, isTrusted] of cases) t.equal(trusts(proxies)(address), isTrusted, `${proxies}`)
})

t.test('recognizes valid proxies', async t => {
  const others = ['', 'nas', '10.0.0.256', '10.0.0.0/33', 'fd00::/129', '1', '10.0.0.0/', '/8']
  for (const proxy of others) t.notOk(isProxy(proxy), proxy)
  for (const proxy of ['10.0.0.2', '10.0.0.0/8', '::/0', 'true', 'false']) t.ok(isProxy(proxy), proxy)
})
