import fp from 'fastify-plugin'
import { messageOf } from '../lib/errors.ts'
import { openLogFile, type Logging } from '../lib/log.ts'

/** Sets the level and lets the rolled log file join standard output. */
export default fp<{ logging: Logging }>(async (app, { logging: { streams } }) => {
  const { level, ...options } = app.config.log
  const onError = (error: unknown) =>
    app.log.warn(`the log file cannot be written, logging to standard output only: ${messageOf(error)}`)
  app.log.level = level
  try {
    const stream = await openLogFile({ ...options, onError })
    streams.add({ level: 'trace', stream })
    app.addHook('onClose', async () => stream.close())
  } catch (error) {
    onError(error)
  }
}, { name: 'log', dependencies: ['config'] })
