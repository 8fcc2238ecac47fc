import fp from 'fastify-plugin'
import type { Config } from '../lib/config/config.ts'
import { descriptorsFor } from '../lib/engine/connection.ts'
import { divideDescriptors, readOpenFilesLimit, shortageWarning } from '../lib/process/descriptors.ts'
import { memoize } from '../lib/memoize.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** How the limit of open files is divided. */
    readonly descriptors: {
      /** Connections to each Engine, in the order of the configuration. */
      hosts: readonly number[]
      /** Concurrent client connections. */
      clients: number
    }
  }
}

/** Descriptors of the history on disk: two connections, and what libsql needs for its threads. */
const DATABASE = 12

/** Divides the limit of open files → `app.descriptors`, and warns if it is too low. */
export default fp(async app => {
  const limit = await readOpenFilesLimit()
  const wantedBy = memoize(({ hosts, history, server: { limits } }: Config) =>
    ({ hosts: hosts.map(descriptorsFor), clients: limits.connections, files: history.disk ? DATABASE : 0 }))
  const sharesOf = memoize((config: Config) => divideDescriptors(limit, wantedBy(config)))
  const warn = (config: Config) => {
    const warning = shortageWarning(limit, wantedBy(config))
    if (warning !== null) app.log.warn(warning)
  }
  app.decorate('descriptors', { getter: () => sharesOf(app.config) })
  warn(app.config)
  app.onConfig(warn)
}, { name: 'descriptors', dependencies: ['config'] })
