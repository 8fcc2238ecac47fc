import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { EngineClient } from '../../../../lib/engine/client.ts'
import { targetOf } from '../../../../lib/engine/transports/zone.ts'

t.test('removes the zone from the origin', async t => {
  const cases = [
    ['http://[fe80::1%eth0]:2375', 'http://[fe80::1]:2375', 'fe80::1%eth0'],
    ['https://[fe80::1%br-lan.2]:2376', 'https://[fe80::1]:2376', 'fe80::1%br-lan.2'],
    ['http://[fd00::1]:2375', 'http://[fd00::1]:2375', null],
    ['http://nas:2375', 'http://nas:2375', null]
  ] as const
  for (const [address, origin, zoned] of cases) t.strictSame(targetOf(address), { origin, zoned }, address)
})

t.test('connects to an address with a zone, and reports an unknown zone', async t => {
  const server = createServer((_request, response) => response.setHeader('Api-Version', '1.51').end('OK'))
  t.teardown(() => server.close())
  server.listen(0, '::1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new EngineClient({ address: `tcp://[::1%lo]:${port}` })
  t.teardown(() => client.close())
  t.match(await client.ping(), { apiVersion: '1.51' })
  for (const scheme of ['tcp', 'https']) {
    const nowhere = new EngineClient({ address: `${scheme}://[fe80::1%none0]:${port}` })
    t.teardown(() => nowhere.close())
    await t.rejects(nowhere.ping(), { code: 'ENGINE_UNREACHABLE', message: /fe80::1%none0/ })
  }
})
