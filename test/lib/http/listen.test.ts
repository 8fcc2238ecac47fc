import { once } from 'node:events'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { listen } from '../../../lib/http/listen.ts'
import { folder } from '../../support/folder.ts'

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

t.test('removes a socket only if nothing listens on it, and no other file', async t => {
  const path = join(folder(t), 'a.sock')
  const at = { host: null, port: 0, socket: { path, mode: 0o600 } }
  const create = () => {
    const server = createServer()
    t.teardown(() => { server.close() })
    const listen = async (options: object) => {
      await once(server.listen(options), 'listening')
      return path
    }
    return { listen }
  }
  writeFileSync(path, 'precious')
  await t.rejects(listen(create(), at), { code: 'EADDRINUSE' })
  t.equal(readFileSync(path, 'utf8'), 'precious')
  rmSync(path)
  await listen(create(), at)
  t.equal(statSync(path).mode & 0o777, 0o600)
  await t.rejects(listen(create(), at), { code: 'EADDRINUSE' })
})
