import t from 'tap'
import { listen } from '../../../lib/http/listen.ts'

/** A server that fails to listen on `::` with the given code. */
function serverWithout (code: string) {
  const asked: string[] = []
  return {
    asked,
    async listen (options: { host: string } | { path: string }) {
      const host = 'host' in options ? options.host : options.path
      asked.push(host)
      if (host === '::') throw Object.assign(new Error(code), { code })
      return host
    }
  }
}

t.test('listens on every address, without IPv6 if the system lacks it', async t => {
  for (const code of ['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL']) {
    const server = serverWithout(code)
    await listen(server, { host: null, port: 0, socket: null })
    t.strictSame(server.asked, ['::', '0.0.0.0'], code)
  }
})

t.test('does not fall back for a configured address or for other errors', async t => {
  const given = serverWithout('EADDRNOTAVAIL')
  await t.rejects(listen(given, { host: '::', port: 0, socket: null }))
  const taken = serverWithout('EADDRINUSE')
  await t.rejects(listen(taken, { host: null, port: 0, socket: null }))
  t.strictSame([given.asked, taken.asked], [['::'], ['::']])
})

t.test('reports a socket that cannot be created', async t => {
  const server = serverWithout('EACCES')
  const denied = { ...server, listen: async () => { throw Object.assign(new Error('EACCES'), { code: 'EACCES' }) } }
  const socket = { path: '/none/a.sock', mode: 0o600 }
  await t.rejects(listen(denied, { host: null, port: 0, socket }), { code: 'EACCES' })
})
