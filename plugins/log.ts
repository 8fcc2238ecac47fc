import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { messageOf } from '../lib/errors.ts'
import { createLateStream, openLogFile, type LineStream, type Logging } from '../lib/process/log.ts'

/** Levels at which requests without a fault are logged: at others nothing is made that nobody sees. */
const VERBOSE = new Set(['debug', 'trace'])

/**
 * One line per request, when it is over: at info where it was refused or broke off, else, as of scrapes, at debug. So
 * are those without a valid token, which the auth plugin counts.
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

/** Sets the level and lets the rolled log file, if there is to be one, join standard output. */
export default fp<{ logging: Logging }>(async (app, { logging: { streams } }) => {
  const { level, file, ...options } = app.config.log
  app.log.level = level
  if (file === null) return
  const onError = (error: unknown) =>
    app.log.warn(`the log file cannot be written, logging to standard output only: ${messageOf(error)}`)
  const stream = createLateStream(() => openLogFile({ file, ...options, onError }).catch(error => {
    onError(error)
    return NOWHERE
  }))
  streams.add({ level: 'trace', stream })
  app.addHook('onClose', () => stream.close())
}, { name: 'log', dependencies: ['config'] })
