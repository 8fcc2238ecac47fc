import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import t from 'tap'
import { Link } from '../../../lib/cluster/link.ts'

/** The first byte of a TLS handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 22

t.test('asks Sentinels over TLS if the URL says so', async t => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connected = once(server, 'connection') as Promise<[Socket]>
  const none = () => {}
  const link = new Link({
    url: `rediss+sentinel://127.0.0.1:${port}/mymaster`,
    channels: ['feed'],
    timeout: 1000,
    onMessage: none,
    onReady: none,
    onChange: none
  })
  link.open()
  const [socket] = await connected
  const [chunk] = await once(socket, 'data') as [Buffer]
  t.equal(chunk[0], HANDSHAKE)
  t.equal(link.isConnected, false)
  link.close()
  socket.destroy()
  server.close()
})
