import fp from 'fastify-plugin'
import { EngineClient } from '../lib/engine/client.ts'
import { defaultLimits } from '../lib/engine/connection.ts'
import { descriptorShare, readOpenFilesLimit, shortageWarning } from '../lib/process/descriptors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** One client per host, by the host's name in the configuration, in its order. */
    engines: ReadonlyMap<string, EngineClient>
  }
}

/** One Docker Engine client per host → `app.engines`. */
export default fp(async app => {
  const { hosts } = app.config
  const limit = await readOpenFilesLimit()
  const descriptors = descriptorShare(limit, hosts.length, defaultLimits.descriptors)
  const warning = shortageWarning(limit, hosts.length, defaultLimits.descriptors)
  if (warning !== null) app.log.warn(warning)
  const engines = new Map(hosts.map(({ name, filter, ...endpoint }) =>
    [name, new EngineClient(endpoint, { descriptors })]))
  app.decorate('engines', engines)
  app.addHook('onClose', async () => {
    await Promise.all([...engines.values()].map(engine => engine.close()))
  })
}, { name: 'docker', dependencies: ['config'] })
