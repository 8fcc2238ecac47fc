import fp from 'fastify-plugin'
import type { Config } from '../lib/config/load.ts'
import { defaultLimits } from '../lib/engine/connection.ts'
import { clientShare, descriptorShares, readOpenFilesLimit, shortageWarning } from '../lib/process/descriptors.ts'
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

/** Divides the limit of open files → `app.descriptors`, and warns if it is too low. */
export default fp(async app => {
  const limit = await readOpenFilesLimit()
  const sharesOf = memoize(({ hosts: { length }, server: { limits } }: Config) => {
    const hosts = descriptorShares(limit, length, defaultLimits.descriptors)
    const taken = hosts.reduce((sum, share) => sum + share, 0)
    return { hosts, clients: clientShare(limit, taken, limits.connections) }
  })
  const warn = ({ hosts: { length } }: Config) => {
    const warning = shortageWarning(limit, length, defaultLimits.descriptors)
    if (warning !== null) app.log.warn(warning)
  }
  app.decorate('descriptors', { getter: () => sharesOf(app.config) })
  warn(app.config)
  app.onConfig(warn)
}, { name: 'descriptors', dependencies: ['config'] })
