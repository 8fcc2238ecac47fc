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
  const { config: { hosts }, descriptors } = app
  const engines = new Map(hosts.map(({ name, filter, ...endpoint }, index) =>
    [name, new EngineClient(endpoint, { descriptors: descriptors.hosts[index] ?? 0 })]))
  app.decorate('engines', engines)
  app.addHook('onClose', async () => {
    await Promise.all([...engines.values()].map(engine => engine.close()))
  })
}, { name: 'docker', dependencies: ['config', 'descriptors'] })
