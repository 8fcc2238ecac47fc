import fp from 'fastify-plugin'
import { EngineClient } from '../lib/engine/client.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** One client per host, by the host's name in the configuration, in its order. */
    engines: ReadonlyMap<string, EngineClient>
  }
}

/** One Docker Engine client per host → `app.engines`. */
export default fp(async app => {
  const engines = new Map(app.config.hosts.map(({ name, filter, ...endpoint }) => [name, new EngineClient(endpoint)]))
  app.decorate('engines', engines)
  app.addHook('onClose', async () => {
    await Promise.all([...engines.values()].map(engine => engine.close()))
  })
}, { name: 'docker', dependencies: ['config'] })
