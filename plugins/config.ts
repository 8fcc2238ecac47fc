import fp from 'fastify-plugin'
import { CurrentConfig, type ConfigListener } from '../lib/config/current.ts'
import { loadConfig, type Config, type ConfigSource } from '../lib/config/load.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The current configuration. Do not store it, because a reload replaces it. */
    readonly config: Config
    /** Calls a listener with every new configuration. */
    onConfig (listener: ConfigListener): void
    /** Replaces the configuration. Resolves once all listeners have applied it. */
    applyConfig (next: Config): Promise<void>
  }
}

/** Loads dockstat.yaml and the environment → `app.config`, `app.onConfig`, `app.applyConfig`. */
export default fp<ConfigSource>(async (app, source) => {
  const current = new CurrentConfig(await loadConfig(source))
  app.decorate('config', { getter: () => current.config })
  app.decorate('onConfig', (listener: ConfigListener) => current.subscribe(listener))
  app.decorate('applyConfig', (next: Config) => current.replace(next))
}, { name: 'config' })
