import { setFlagsFromString } from 'node:v8'
import closeWithGrace from 'close-with-grace'
import app, { createServer } from '../app.ts'
import { banner } from '../lib/process/banner.ts'
import { ConfigError } from '../lib/config/load.ts'
import { listen } from '../lib/http/listen.ts'
import { createLogging } from '../lib/process/log.ts'
import { Output } from '../lib/process/output.ts'

const SHUTDOWN_DEADLINE = 4500
/** How long the last lines of the log wait for a slow reader of standard output, milliseconds. */
const FLUSH_DEADLINE = 500

export interface ServeOptions {
  /** Path given with `--config`. */
  file?: string | undefined
  process: Pick<NodeJS.Process, 'env' | 'cwd' | 'stdout' | 'on'>
  stderr: Output
}

/** The problem to print when the service cannot start: everything wrong with the configuration, or with the port. */
function startProblem (error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof Error && 'syscall' in error) return `cannot listen: ${error.message} (set HOST and PORT)`
  return `cannot start: ${error}`
}

/**
 * Runs the service until a signal ends it.
 * @returns null once it listens, else why it cannot start
 */
export async function serve ({ file, process, stderr }: ServeOptions): Promise<string | null> {
  /** Sockets to Engines are long-lived, which makes V8 pretenure per-request objects (docs/performance.md). */
  setFlagsFromString('--no-allocation-site-pretenuring')

  const stdout = new Output(process.stdout, lost =>
    logging.logger.warn({ lost }, 'standard output works again; log lines were lost'))
  const logging = await createLogging(stdout, process.stdout.isTTY)
  const server = createServer(logging)

  closeWithGrace({ delay: SHUTDOWN_DEADLINE, logger: server.log, skip: ['SIGHUP'] }, async ({ err, signal }) => {
    if (err) server.log.fatal({ err }, 'unexpected error, stopping')
    else server.log.info({ signal }, 'stopping')
    await server.close()
    await stdout.end(FLUSH_DEADLINE)
  })
  process.on('SIGHUP', signal => server.log.info({ signal }, 'signal ignored'))

  try {
    await server.register(app, { source: { file, env: process.env, cwd: process.cwd() }, logging })
    await listen(server, server.config.listen)
  } catch (error) {
    return startProblem(error)
  }
  const address = server.server.address()
  if (address !== null && typeof address === 'object') {
    stderr.write(banner(address, server.generatedToken, server.config.auth.isSkipped, server.config))
  }
  return null
}
