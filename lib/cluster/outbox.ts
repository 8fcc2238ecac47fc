import { setTimeout as sleep } from 'node:timers/promises'
import { Recent } from '../model/recent.ts'
import type { HostSnapshot } from '../model/snapshot.ts'
import { monotonic } from '../model/time.ts'
import type { Transition } from '../model/transition.ts'
import type { Leases } from './leases.ts'
import type { Ledger } from './ledger.ts'
import type { Link } from './link.ts'
import { encode, type Message } from './message.ts'
import { Names, patchOf, type HostPatch } from './patch.ts'

/** Hosts in one message, at most. Whole snapshots are larger. */
const HOSTS = 100
const WHOLES = 8

/** Milliseconds between two messages, so that one contains what several polls bring. */
const PAUSE = 50

/** Transitions of a host that wait, at most. */
const TRANSITIONS = 200

export interface OutboxOptions {
  me: string
  ledger: Ledger
  link: Pick<Link, 'isConnected' | 'publish'>
  leases: Pick<Leases, 'fenceOf'>
  /** Channel of all replicas, or of one. */
  channelOf (to: string | null): string
  transitions (host: string): readonly Transition[]
}

interface Pending {
  snapshot: HostSnapshot
  transitions: Recent<Transition>
}

/** Sends what this replica learns, as changes of what was sent before. While the server is away, the latest waits. */
export class Outbox {
  readonly #options: OutboxOptions
  readonly #pending = new Map<string, Pending>()
  readonly #wholes: { to: string, hosts: string[] }[] = []
  readonly #messages: { to: string | null, message: Message }[] = []
  #running: Promise<void> = Promise.resolve()
  #isRunning = false
  #sending: Promise<unknown> = Promise.resolve()
  #isClosed = false
  /** Whole snapshots and changes take turns. */
  #isWholeDue = false

  constructor (options: OutboxOptions) {
    this.#options = options
  }

  /** Sends a snapshot, unless a later one of the same host replaces it before. */
  put (snapshot: HostSnapshot): void {
    const { transitions } = this.#pending.get(snapshot.host) ?? { transitions: new Recent<Transition>(TRANSITIONS) }
    for (const transition of snapshot.transitions) transitions.add(transition)
    this.#pending.set(snapshot.host, { snapshot, transitions })
    this.flush()
  }

  /** @param to ID of a replica, null for all */
  send (to: string | null, message: Message): void {
    this.#messages.push({ to, message })
    this.flush()
  }

  /** Sends whole snapshots of hosts to a replica. */
  sendWhole (to: string, hosts: readonly string[]): void {
    for (let at = 0; at < hosts.length; at += WHOLES) this.#wholes.push({ to, hosts: hosts.slice(at, at + WHOLES) })
    this.flush()
  }

  /** Sends what waits, if the server can be reached. */
  flush (): void {
    if (!this.#isClosed && !this.#isRunning) this.#running = this.#run()
  }

  /** Sends the changes that wait, before all else. */
  async hurry (): Promise<void> {
    while (this.#options.link.isConnected && this.#pending.size > 0) {
      await this.#publish(null, this.#changes()).catch(() => {}) // the link tells
    }
  }

  /** Sends what waits, without the pauses, and ends. */
  async close (): Promise<void> {
    this.#isClosed = true
    await this.#running
    await this.#run()
  }

  async #run () {
    this.#isRunning = true
    try {
      await this.#sendAll()
    } catch {
      // The link tells; what was lost is asked for.
    } finally {
      this.#isRunning = false
    }
  }

  async #sendAll () {
    const { link } = this.#options
    while (link.isConnected) {
      const next = this.#next()
      if (!next) return
      await this.#publish(next.to, next.message)
      if (!this.#isClosed) await sleep(PAUSE)
    }
    this.#wholes.length = 0 // who asked will ask again
    this.#messages.length = 0
  }

  /** Sends a message when the one before is sent, so that changes arrive in order. */
  #publish (to: string | null, message: Message): Promise<void> {
    const { me, channelOf, link } = this.#options
    const sent = this.#sending.then(async () => await link.publish(channelOf(to), await encode(me, message)))
    this.#sending = sent.catch(() => {})
    return sent
  }

  #next (): { to: string | null, message: Message } | undefined {
    const message = this.#messages.shift()
    if (message) return message
    const isWholeDue = this.#isWholeDue || this.#pending.size === 0
    const whole = isWholeDue ? this.#wholes.shift() : undefined
    this.#isWholeDue = !isWholeDue
    if (whole) return { to: whole.to, message: this.#news(names => this.#wholePatches(whole.hosts, names)) }
    return this.#pending.size > 0 ? { to: null, message: this.#changes() } : undefined
  }

  #changes (): Message {
    return this.#news(names => this.#patches(names))
  }

  #news (patches: (names: Names) => HostPatch[]): Message {
    const names = new Names()
    const list = patches(names)
    return { kind: 'news', sentAt: monotonic(), names: names.list, patches: list }
  }

  #patches (names: Names): HostPatch[] {
    const { me, ledger, leases } = this.#options
    const patches: HostPatch[] = []
    for (const [host, { snapshot, transitions }] of [...this.#pending].slice(0, HOSTS)) {
      this.#pending.delete(host)
      const fence = leases.fenceOf(host)
      if (fence === undefined) continue
      const next = { ...snapshot, transitions: transitions.list }
      patches.push(patchOf(next, ledger.get(host)?.snapshot ?? null, { fence, names }))
      ledger.set(host, { snapshot, fence, from: me })
    }
    return patches
  }

  #wholePatches (hosts: readonly string[], names: Names): HostPatch[] {
    const { me, ledger, transitions } = this.#options
    return hosts.flatMap(host => {
      const { snapshot, fence, from } = ledger.get(host) ?? { from: null }
      return from === me ? [patchOf({ ...snapshot, transitions: transitions(host) }, null, { fence, names })] : []
    })
  }
}
