import fp from 'fastify-plugin'
import { CurrentConfig, type ConfigListener } from '../lib/config/current.ts'
import type { Config, ConfigSource } from '../lib/config/config.ts'
import { Reloader } from '../lib/config/reload.ts'
import { FileWatch } from '../lib/config/watch.ts'
import { messageOf } from '../lib/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The current configuration. Do not store it, because a reload replaces it. */
    readonly config: Config
    /** Calls a listener with every new configuration. */
    onConfig (listener: ConfigListener): void
    /** Replaces the configuration. Resolves once all listeners have applied it. */
    applyConfig (next: Config): Promise<void>
    /** Reads the files again. Resolves once the result applies. */
    reloadConfig (): Promise<void>
  }
}

export interface ConfigOptions {
  source: ConfigSource
  /** Loaded from the source. */
  config: Config
}

/** Holds the configuration, and loads it again when its files change → `app.config`, `app.onConfig`. */
export default fp<ConfigOptions>(async (app, { source, config }) => {
  const current = new CurrentConfig(config)
  const reloader = new Reloader(source, current, app.log)
  const reload = () => reloader.reload().catch((err: unknown) =>
    app.log.error({ err }, 'Cannot apply the configuration completely'))
  const files = new FileWatch({
    onChange: reload,
    onError: error => app.log.warn(
      `Cannot watch the configuration file; send SIGHUP to apply changes: ${messageOf(error)}`)
  })
  app.decorate('config', { getter: () => current.config })
  app.decorate('onConfig', (listener: ConfigListener) => current.subscribe(listener))
  app.decorate('applyConfig', (next: Config) => current.replace(next))
  app.decorate('reloadConfig', reload)
  app.onConfig(next => files.watch(next.files))
  app.addHook('onReady', () => files.watch(current.config.files))
  app.addHook('onListen', reload) // the files may have changed before they were watched
  app.addHook('onClose', () => files.close())
}, { name: 'config' })
