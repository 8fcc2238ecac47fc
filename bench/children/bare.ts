/** A `node:http` server with a fixed response. Argument (JSON): `status`, `headers`, and the `file` of the body. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const { status, headers, file } = JSON.parse(process.argv[2] ?? '{}')
const body = readFileSync(file)

const server = createServer((_request, response) => {
  response.writeHead(status, headers)
  response.end(body)
})
server.keepAliveTimeout = 72_000 // like Fastify
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(address !== null && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : '')
})
process.on('disconnect', () => process.exit())
