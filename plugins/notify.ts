import { dirname, join } from 'node:path'
import fp from 'fastify-plugin'
import type { NotifyRule } from '../lib/config/notify.ts'
import type { Counts } from '../lib/notify/counts.ts'
import type { Notifier } from '../lib/notify/notifier.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** What became of the notifications of each rule, by its name. */
    notifications (): ReadonlyMap<string, Counts>
  }
}

/** Beside the history: where the service stores what it has told about. */
const FILE = 'notifications.json'

/** At the top level, because TypeScript does not rewrite the path of an import within nested functions. */
const load = async () => (await import('../lib/notify/notifier.ts')).Notifier

/** Sends notifications → `app.notifications`. Nothing is loaded until there are rules. */
export default fp(async app => {
  let notifier: Notifier | null = null

  /** Of several replicas, the one that polls a host tells about it; of a removed host, each ends what it has told. */
  const isTold = (host: string) => app.fleet.polls(host) || app.store.find(host) === null

  async function create (): Promise<Notifier> {
    const Notifier = await load()
    const created = new Notifier({ file: join(dirname(app.config.history.file), FILE), log: app.log, isTold })
    await created.start()
    return created
  }

  async function apply (rules: readonly NotifyRule[]) {
    if (rules.length > 0) notifier ??= await create()
    notifier?.apply(rules)
  }

  app.decorate('notifications', () => notifier?.counts() ?? new Map())
  app.stats.subscribe((next, previous) => notifier?.see(next, previous))
  app.onConfig(next => apply(next.notify))
  app.addHook('onClose', () => notifier?.close())
  await apply(app.config.notify)
}, { name: 'notify', dependencies: ['config', 'stats'] })
