import t from 'tap'
import { listen } from '../../../lib/http/listen.ts'

/** A server on a system where listening on `::` fails with a code. */
function serverWithout (code: string) {
  const asked: string[] = []
  return {
    asked,
    async listen ({ host }: { host: string }) {
      asked.push(host)
      if (host === '::') throw Object.assign(new Error(code), { code })
      return host
    }
  }
}

t.test('listens on every address, without IPv6 where the system has none', async t => {
  for (const code of ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']) {
    const server = serverWithout(code)
    await listen(server, { host: null, port: 0 })
    t.strictSame(server.asked, ['::', '0.0.0.0'], code)
  }
})

t.test('what is configured, or fails otherwise, is not tried elsewhere', async t => {
  const given = serverWithout('EADDRNOTAVAIL')
  await t.rejects(listen(given, { host: '::', port: 0 }))
  const taken = serverWithout('EADDRINUSE')
  await t.rejects(listen(taken, { host: null, port: 0 }))
  t.strictSame([given.asked, taken.asked], [['::'], ['::']])
})
