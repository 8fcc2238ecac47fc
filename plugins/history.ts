import fp from 'fastify-plugin'
import { History } from '../lib/history/history.ts'

declare module 'fastify' {
  interface FastifyInstance {
    readonly history: History
  }
}

/** The past of containers and hosts, in memory and on disk → `app.history`. */
export default fp(async app => {
  const history = new History({ settings: app.config.history, log: app.log })
  app.decorate('history', history)
  app.stats.subscribe((next, previous) => history.see(next, previous))
  app.onConfig(next => history.configure(next.history))
  app.addHook('onReady', async () => history.start())
  app.addHook('onListen', async () => { history.open() }) // without waiting, because libsql takes a while to load
  app.addHook('onClose', () => history.close())
}, { name: 'history', dependencies: ['stats'] })
