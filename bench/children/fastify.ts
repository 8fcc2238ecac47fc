/** Like `bare`, but with a plain Fastify. */
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'

const { status, headers, file } = JSON.parse(process.argv[2] ?? '{}')
const body = readFileSync(file)

const app = Fastify()
app.get('*', (_request, reply) => { reply.code(status).headers(headers).send(status === 304 ? undefined : body) })
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }))
process.on('disconnect', () => process.exit())
