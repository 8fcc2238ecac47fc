import { readFileSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { library } from '../../bench/faked-clock.ts'
import { authority } from '../support/certificates.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { fakeSsh } from '../support/fake-ssh.ts'
import { ask, polled, serve, skip, STEPS } from './service.ts'

t.test('TLS and SSH keep working, whatever the clock does', { skip }, async t => {
  const tls = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const ssh = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  fakeSsh(t, ssh.address)
  const twoMonthsAgo = { ...process.env, LD_PRELOAD: library ?? '', FAKETIME: '-60d' }
  const { ca, issue } = await authority(t, 120, twoMonthsAgo)
  const { cert, key } = await issue('nas', { days: 120 })
  const socketPath = tls.address.slice('unix://'.length)
  const server = createTlsServer({ cert: readFileSync(cert), key: readFileSync(key) }, ({ url, headers }, response) => {
    request({ socketPath, path: url, headers }, answer => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
      response.once('close', () => answer.destroy())
    }).on('error', () => response.destroy()).end()
  })
  t.teardown(() => { server.close(); server.closeAllConnections() })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const yaml = `hosts:\n  tls: { url: 'https://127.0.0.1:${port}', tls: { ca: ${ca} } }\n  ssh: { url: ssh://nas }\n`
  const { clock, service } = await serve(t, yaml)
  for (const hours of [0, ...STEPS]) {
    clock.set(hours)
    for (const fake of [tls, ssh]) await polled(fake, 5)
    const { body } = await ask(service, '/hosts')
    t.match(body, { tls: { up: true }, ssh: { up: true } }, `at ${hours} hours`)
  }
  const { body } = await ask(service, '/hosts/tls')
  t.ok(Date.parse(body.certificateExpiresAt) > Date.now())
})
