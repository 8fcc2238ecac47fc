import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import app, { createServer } from '../app.ts'
import { banner } from '../lib/process/banner.ts'
import { ConfigError } from '../lib/config/config.ts'
import { loadConfig } from '../lib/config/load.ts'
import { messageOf } from '../lib/errors.ts'
import { listen } from '../lib/http/listen.ts'
import { monotonic } from '../lib/model/time.ts'
import { createLogging } from '../lib/process/log.ts'
import { Output } from '../lib/process/output.ts'
import { noteTerminals } from '../lib/process/terminal.ts'

const SHUTDOWN_DEADLINE = 4500
/** Milliseconds. npm passes on what the terminal sends to both, so that one Ctrl-C arrives as two signals. */
const REPEATED_WITHIN = 500
/** Milliseconds to wait at shutdown for a slow reader of standard output. */
const FLUSH_DEADLINE = 500
const SIGNALS = ['SIGINT', 'SIGTERM'] as const
/** Crashes. A process with a listener for them does not end, but crashes again and again. */
const CRASHES = ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGTRAP'] as const
/**
 * What close-with-grace must not see. An unhandled rejection ends only its own task; those that the service cannot do
 * without throw instead (`essential`).
 */
const SKIP: closeWithGrace.AllEvents[] = ['SIGHUP', 'unhandledRejection', ...SIGNALS, ...CRASHES]

export interface ServeOptions {
  /** Path given with `--config`. */
  file?: string | undefined
  /** Printed above the banner. */
  notice?: string
  /** Called once signals stop the service. */
  release?: () => void
  process: Pick<NodeJS.Process, 'env' | 'cwd' | 'stdout' | 'on' | 'exit'>
  stderr: Output
}

/** Listens, and prints where. Resolves to null, or else to why it cannot. */
async function open (server: FastifyInstance, stderr: Output, notice: string): Promise<string | null> {
  const { config, generatedToken, hasPage } = server
  try {
    await listen(server, config.listen)
  } catch (error) {
    return `Cannot listen: ${messageOf(error)}. Change ${config.listen.socket ? 'server.socket' : 'HOST or PORT'}.`
  }
  const address = server.server.address()
  if (address !== null) stderr.write(notice + banner(address, generatedToken, { ...config, hasPage }))
  return null
}

/** Stops the service at a signal or an unexpected error, at once if another signal comes. */
function stopWithGrace (server: FastifyInstance, process: ServeOptions['process'], stdout: Output) {
  let first: { signal: string | null, at: number } | null = null
  const options = { delay: SHUTDOWN_DEADLINE, logger: server.log, skip: SKIP }
  const { close } = closeWithGrace(options, async ({ err, signal = null }) => {
    first ??= { signal, at: 0 }
    if (err) server.log.fatal({ err }, 'unexpected error, stopping')
    else server.log.info({ signal: first.signal }, 'stopping')
    await server.close()
    await stdout.end(FLUSH_DEADLINE)
  })
  for (const name of SIGNALS) {
    process.on(name, signal => {
      if (first === null) {
        first = { signal, at: monotonic() }
        close()
      } else if (signal !== first.signal || monotonic() - first.at > REPEATED_WITHIN) {
        server.log.error(`second ${signal}, exiting`)
        process.exit(1)
      }
    })
  }
  process.on('unhandledRejection', err =>
    server.log.error({ err }, 'unhandled promise rejection, the service keeps running'))
}

/** Runs the service until a signal stops it. Resolves to null once it listens, or else to why it cannot start. */
export async function serve ({ file, notice = '', release, process, stderr }: ServeOptions): Promise<string | null> {
  const stdout = new Output(process.stdout, lost =>
    logging.logger.warn({ lost }, 'Standard output works again; log lines were lost'))
  const logging = await createLogging(stdout, process.stdout.isTTY)
  process.on('exit', noteTerminals())
  try {
    const source = { file, env: process.env, cwd: process.cwd() }
    const config = await loadConfig(source)
    const server = createServer(logging, config)
    stopWithGrace(server, process, stdout)
    release?.()
    await server.register(app, { source, config, logging })
    process.on('SIGHUP', async signal => {
      server.log.info({ signal }, 'Reading the configuration again')
      server.reopenLog()
      await server.reloadConfig()
    })
    return await open(server, stderr, notice)
  } catch (error) {
    return error instanceof ConfigError ? error.message : `Cannot start: ${messageOf(error)}`
  }
}
