import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { fingerprint } from '../lib/config/changes.ts'
import type { Config } from '../lib/config/config.ts'
import { messageOf } from '../lib/errors.ts'
import { createLateStream, openLogFile, type LineStream, type Logging } from '../lib/process/log.ts'

/** Status codes of requests that the auth plugin logs. */
const COUNTED = new Set([401, 429])

/** Levels that include successful requests; at all others, skip building the log object. */
const VERBOSE = new Set(['debug', 'trace'])

/**
 * Logs one line per completed request: at info if it failed or was aborted, otherwise at debug, because scrapes are
 * frequent. A 401 or 429 is also logged at debug, because the auth plugin counts those.
 */
export class RequestLog extends LogController {
  override incomingRequest () {}

  override requestCompleted (err: Error | null | undefined, request: FastifyRequest, reply: FastifyReply) {
    const { log, statusCode } = reply
    const level = err || (statusCode >= 400 && !COUNTED.has(statusCode)) ? 'info' : 'debug'
    if (level === 'debug' && !VERBOSE.has(log.level)) return
    const { elapsedTime: responseTime } = reply
    log[level]({ reqId: request.id, req: request, res: reply, responseTime, err }, 'request completed')
  }
}

const NOWHERE: LineStream = { write () {}, close () {} }

declare module 'fastify' {
  interface FastifyInstance {
    /** Closes the log file and opens it again with the next line. */
    reopenLog (): void
  }
}

/** Sets the log level and, if configured, logs to a rotated file in addition to standard output → `app.reopenLog`. */
export default fp<{ logging: Logging }>(async (app, { logging: { streams } }) => {
  app.log.level = app.config.log.level
  const onError = (error: unknown) =>
    app.log.warn(`Cannot write the log file, logging to standard output only: ${messageOf(error)}`)
  const open = ({ log: { file, ...options } }: Config) => file === null
    ? NOWHERE
    : createLateStream(() => openLogFile({ file, ...options, onError }).catch(error => {
      onError(error)
      return NOWHERE
    }))
  let stream = open(app.config)
  const reopen = () => {
    stream.close()
    stream = open(app.config)
  }
  streams.add({ level: 'trace', stream: { write: line => stream.write(line) } })
  app.decorate('reopenLog', reopen)
  app.onConfig((next, previous) => {
    if (fingerprint(next.log) !== fingerprint(previous.log)) reopen()
  })
  app.addHook('onClose', () => stream.close())
}, { name: 'log', dependencies: ['config'] })
