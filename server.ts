import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import closeWithGrace from 'close-with-grace'
import app, { createServer } from './app.ts'
import { banner } from './lib/banner.ts'
import { ConfigError } from './lib/config/load.ts'
import { messageOf } from './lib/errors.ts'
import { listen } from './lib/http/listen.ts'
import { createLogging } from './lib/log.ts'

const SHUTDOWN_DEADLINE = 4500

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

/** Sockets to Engines stay open; V8 would take the like of each request for long-lived too (docs/performance.md). */
setFlagsFromString('--no-allocation-site-pretenuring')

const file = readArguments().config
const logging = await createLogging(process.stdout, process.stdout.isTTY)
const server = createServer(logging)

closeWithGrace({ delay: SHUTDOWN_DEADLINE, logger: server.log }, async ({ err, signal }) => {
  if (err) server.log.fatal({ err }, 'unexpected error, stopping')
  else server.log.info({ signal }, 'stopping')
  await server.close()
})

try {
  await server.register(app, { source: { file, env: process.env, cwd: process.cwd() }, logging })
  await listen(server, server.config.listen)
} catch (error) {
  fail(startProblem(error))
}
const address = server.server.address()
if (address !== null && typeof address === 'object') {
  process.stderr.write(banner(address, server.generatedToken, server.config.auth.isSkipped))
}
