import fp from 'fastify-plugin'
import { loadConfig, type Config, type ConfigSource } from '../lib/config/load.ts'

declare module 'fastify' {
  interface FastifyInstance {
    config: Config
  }
}

/** Loads dockstat.yaml and the environment → `app.config`. */
export default fp<ConfigSource>(async (app, source) => {
  app.decorate('config', await loadConfig(source))
}, { name: 'config' })
