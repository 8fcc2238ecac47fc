import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { FirstPolls } from '../lib/fleet/first-polls.ts'
import { Fleet } from '../lib/fleet/fleet.ts'
import { Journal } from '../lib/fleet/journal.ts'
import { SnapshotStore, type SnapshotListener } from '../lib/fleet/store.ts'
import { Duplicates } from '../lib/fleet/duplicates.ts'
import { TransitionLog } from '../lib/fleet/transition-log.ts'
import type { HostSnapshot } from '../lib/model/snapshot.ts'
import type { Transition } from '../lib/model/transition.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: SnapshotStore
    fleet: Fleet
    stats: {
      /** The latest snapshot of every host, in configuration order. Returns the same array until one is replaced. */
      snapshots (): readonly HostSnapshot[]
      /** The latest transitions of a host, oldest first. */
      transitions (host: string): readonly Transition[]
      /** Calls a listener with every new snapshot, in order. */
      subscribe (listener: SnapshotListener): void
    }
  }
  interface FastifyRequest {
    /** The snapshots of the hosts that the token of the request can see. */
    snapshots (): readonly HostSnapshot[]
  }
  interface FastifyContextConfig {
    /** Delays responses until the first poll of every host has ended, so that they contain real values. */
    awaitsFirstPolls?: boolean
  }
}

/** Maximum delay of responses after startup, in milliseconds. */
const FIRST_POLLS_WITHIN = 2500

/** Polls all hosts and holds their latest snapshots → `app.stats`, `app.fleet`, `app.store`, `request.snapshots`. */
export default fp(async app => {
  const store = new SnapshotStore(err => app.log.error({ err }, 'A snapshot listener failed; polling continues'))
  const firstPolls = new FirstPolls(app.config.hosts.map(({ name }) => name))
  const transitions = new TransitionLog()
  const fleet = new Fleet({
    store, log: app.log, connect: app.docker.connect, transitions: host => transitions.of(host)
  })
  const journal = new Journal(app.log, host => fleet.polls(host))
  for (const listener of [transitions, journal, new Duplicates(app.log), firstPolls]) {
    store.subscribe((next, previous) => listener.see(next, previous))
  }
  app.decorate('store', store)
  app.decorate('fleet', fleet)
  app.decorate('stats', {
    snapshots: () => store.list(),
    transitions: host => transitions.of(host),
    subscribe: listener => store.subscribe(listener)
  })
  app.decorateRequest('snapshots', function (this: FastifyRequest) {
    return this.access.narrow(store.list())
  })
  app.addHook('preHandler', (request, _reply, done) => {
    if (firstPolls.isOver || !request.routeOptions.config.awaitsFirstPolls) done()
    else firstPolls.wait(done)
  })
  app.addHook('onReady', async () => {
    firstPolls.start(FIRST_POLLS_WITHIN)
    await fleet.apply(app.config)
    app.onConfig(next => fleet.apply(next))
  })
  app.addHook('onClose', async () => {
    firstPolls.end()
    await fleet.stop()
  })
}, { name: 'stats', dependencies: ['auth', 'config', 'docker'] })
