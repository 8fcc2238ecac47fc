import fp from 'fastify-plugin'
import { defaultLimits } from '../lib/engine/connection.ts'
import { clientShare, descriptorShares, readOpenFilesLimit, shortageWarning } from '../lib/process/descriptors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** How the files that this process may have open are shared out. */
    descriptors: {
      /** For the connections to each Engine, in the order of the configuration. */
      hosts: readonly number[]
      /** Clients at a time. */
      clients: number
    }
  }
}

/** Shares out the limit of open files → `app.descriptors`; says so where it is less than the service would use. */
export default fp(async app => {
  const { hosts: { length }, server: { limits } } = app.config
  const limit = await readOpenFilesLimit()
  const hosts = descriptorShares(limit, length, defaultLimits.descriptors)
  const taken = hosts.reduce((sum, share) => sum + share, 0)
  app.decorate('descriptors', { hosts, clients: clientShare(limit, taken, limits.connections) })
  const warning = shortageWarning(limit, length, defaultLimits.descriptors)
  if (warning !== null) app.log.warn(warning)
}, { name: 'descriptors', dependencies: ['config'] })
