import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { messageOf } from '../lib/errors.ts'
import { createLateStream, openLogFile, type LineStream, type Logging } from '../lib/process/log.ts'

/** Levels that include successful requests; at all others, skip building the log object. */
const VERBOSE = new Set(['debug', 'trace'])

/**
 * Logs one line per completed request: at info if it failed or was aborted, otherwise at debug, because scrapes are
 * frequent. A 401 is also logged at debug, because the auth plugin counts those.
 */
export class RequestLog extends LogController {
  override incomingRequest () {}

  override requestCompleted (err: Error | null | undefined, request: FastifyRequest, reply: FastifyReply) {
    const { log, statusCode } = reply
    const level = err || (statusCode >= 400 && statusCode !== 401) ? 'info' : 'debug'
    if (level === 'debug' && !VERBOSE.has(log.level)) return
    const { elapsedTime: responseTime } = reply
    log[level]({ reqId: request.id, req: request, res: reply, responseTime, err }, 'request completed')
  }
}

const NOWHERE: LineStream = { write () {}, close () {} }

/** Sets the log level and, if configured, logs to a rotated file in addition to standard output. */
export default fp<{ logging: Logging }>(async (app, { logging: { streams } }) => {
  const { level, file, ...options } = app.config.log
  app.log.level = level
  if (file === null) return
  const onError = (error: unknown) =>
    app.log.warn(`Cannot write the log file, logging to standard output only: ${messageOf(error)}`)
  const stream = createLateStream(() => openLogFile({ file, ...options, onError }).catch(error => {
    onError(error)
    return NOWHERE
  }))
  streams.add({ level: 'trace', stream })
  app.addHook('onClose', () => stream.close())
}, { name: 'log', dependencies: ['config'] })
