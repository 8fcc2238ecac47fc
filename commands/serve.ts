import closeWithGrace from 'close-with-grace'
import app, { createServer } from '../app.ts'
import { banner } from '../lib/process/banner.ts'
import { ConfigError } from '../lib/config/load.ts'
import { listen } from '../lib/http/listen.ts'
import { createLogging } from '../lib/process/log.ts'
import { Output } from '../lib/process/output.ts'

const SHUTDOWN_DEADLINE = 4500
/** Milliseconds to wait at shutdown for a slow reader of standard output. */
const FLUSH_DEADLINE = 500

export interface ServeOptions {
  /** Path given with `--config`. */
  file?: string | undefined
  process: Pick<NodeJS.Process, 'env' | 'cwd' | 'stdout' | 'on'>
  stderr: Output
}

function startProblem (error: unknown): string {
  if (error instanceof ConfigError) return error.message
  if (error instanceof Error && 'syscall' in error) return `Cannot listen: ${error.message}. Change HOST or PORT.`
  return `Cannot start: ${error}`
}

/** Runs the service until a signal stops it. Resolves to null once it listens, or else to why it cannot start. */
export async function serve ({ file, process, stderr }: ServeOptions): Promise<string | null> {
  const stdout = new Output(process.stdout, lost =>
    logging.logger.warn({ lost }, 'Standard output works again; log lines were lost'))
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
