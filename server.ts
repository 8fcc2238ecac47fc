import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import closeWithGrace from 'close-with-grace'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import app from './app.ts'
import { banner } from './lib/banner.ts'
import { ConfigError } from './lib/config/load.ts'
import { messageOf } from './lib/errors.ts'
import { createLogging } from './lib/log.ts'
import { sendError } from './plugins/errors.ts'

const SHUTDOWN_DEADLINE = 4500
const RESPONSES_DEADLINE = 3000

const USAGE = 'Usage: node dist/server.js [--config PATH]'

function fail (message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function readArguments () {
  try {
    return parseArgs({ options: { config: { type: 'string' } } }).values
  } catch (error) {
    fail(`${messageOf(error)}\n${USAGE}`)
  }
}

/** What people read when the service cannot start: every problem of the configuration, or the one of the port. */
function startProblem (error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof Error && 'syscall' in error) return `cannot listen: ${error.message} (set HOST and PORT)`
  return `cannot start: ${error}`
}

/**
 * Lets responses under way end before the server closes, which takes one that is still being sent for idle and cuts it
 * off, and drops the connections then left: one that never sent a request would hold up the close.
 */
function endResponses (server: FastifyInstance) {
  const responses = new Set<ServerResponse>()
  server.addHook('onRequest', async (_request, { raw }) => {
    responses.add(raw)
    raw.once('close', () => responses.delete(raw))
  })
  server.addHook('preClose', async () => {
    const ends = [...responses].map(response => new Promise(resolve => response.once('close', resolve)))
    await Promise.race([Promise.all(ends), sleep(RESPONSES_DEADLINE)])
    server.server.closeAllConnections()
  })
}

const file = readArguments().config
const logging = createLogging(process.stdout, process.stdout.isTTY)
const loggerInstance: FastifyBaseLogger = logging.logger
const server = Fastify({ loggerInstance, frameworkErrors: sendError })
endResponses(server)

closeWithGrace({ delay: SHUTDOWN_DEADLINE, logger: server.log }, async ({ err, signal }) => {
  if (err) server.log.fatal({ err }, 'unexpected error, stopping')
  else server.log.info({ signal }, 'stopping')
  await server.close()
})

try {
  await server.register(app, { source: { file, env: process.env, cwd: process.cwd() }, logging })
  await server.listen(server.config.listen)
} catch (error) {
  fail(startProblem(error))
}
const address = server.server.address()
if (address !== null && typeof address === 'object') {
  process.stderr.write(banner(address, server.generatedToken, server.config.auth.isSkipped))
}
