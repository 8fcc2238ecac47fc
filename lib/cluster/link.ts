import { Redis, type RedisOptions } from 'iovalkey'
import { messageOf } from '../errors.ts'
import { clusterAddress, type ClusterAddress } from '../config/cluster-url.ts'
import { BEAT } from './beat.ts'

/** Milliseconds until the first attempt to connect again; half of it is random. */
const RETRY_FIRST = 100

/** A message that only shows whether this replica may send some. */
const NOTHING = ''

export interface LinkOptions {
  url: string
  channels: readonly string[]
  /** Milliseconds after which a command has failed. */
  timeout: number
  onMessage (body: Buffer): void
  onReady (): void
  /** Called with null when messages arrive from now on, and with why if they do not. */
  onChange (problem: string | null): void
}

/** What a beat returns: key and value by turns, and the fences of the leases. */
export type BeatAnswer = [infos: string[], present: string[], configurations: string[], fences: string[]]

function optionsOf (address: ClusterAddress, timeout: number, retryAfter: () => number): RedisOptions {
  const { isTls, username, password, db, servers, sentinelName } = address
  const common: RedisOptions = {
    db,
    ...username !== undefined && { username },
    ...password !== undefined && { password },
    ...isTls && { tls: {} },
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResubscribe: false,
    maxRetriesPerRequest: 0,
    commandTimeout: timeout,
    connectTimeout: timeout,
    retryStrategy: retryAfter
  }
  if (sentinelName === null) return { ...common, ...servers[0] }
  return {
    ...common,
    sentinels: [...servers],
    name: sentinelName,
    sentinelRetryStrategy: retryAfter,
    ...isTls && { enableTLSForSentinelMode: true, sentinelTLS: {} }
  }
}

/** The connection to the server that the replicas share: one for commands, and one that listens. */
export class Link {
  readonly #options: LinkOptions
  readonly #commands: Redis
  readonly #listener: Redis
  /** Attempts to connect since everything worked. */
  #attempts = 0
  #isListening = false
  #isClosed = false
  /** Null while everything works, undefined before the first attempt has ended. */
  #problem: string | null | undefined
  readonly bytes = { sent: 0, received: 0 }
  readonly messages = { sent: 0, received: 0 }

  constructor (options: LinkOptions) {
    const { url, timeout, onMessage, onReady } = options
    this.#options = options
    const settings = optionsOf(clusterAddress(url) as ClusterAddress, timeout, () => this.#retryAfter())
    this.#commands = new Redis(settings)
    this.#listener = new Redis(settings)
    for (const client of [this.#commands, this.#listener]) {
      client.on('ready', onReady)
      client.on('error', error => this.#fail(error))
      client.on('close', () => this.#close(client))
    }
    this.#listener.on('messageBuffer', (_channel: Buffer, body: Buffer) => {
      if (body.length === NOTHING.length) return
      this.bytes.received += body.length
      this.messages.received++
      onMessage(body)
    })
  }

  get isConnected (): boolean {
    return this.#problem === null
  }

  /** Why it is not connected; null if it is, and before the first attempt has ended. */
  get problem (): string | null {
    return this.#problem ?? null
  }

  /** Connects in the background, now and whenever the connection is lost. */
  open (): void {
    for (const client of [this.#commands, this.#listener]) client.connect().catch(() => {}) // `error` tells
  }

  /** Rejects if the server does not answer; then the connections are made again. */
  async beat (keys: readonly string[], given: readonly (string | number)[]): Promise<BeatAnswer> {
    if (this.#commands.status !== 'ready') throw new Error('not connected')
    try {
      const [answer] = await Promise.all([
        this.#commands.eval(BEAT, keys.length, ...keys, ...given),
        this.#listen(),
        ...this.isConnected ? [] : [this.#commands.publish(String(this.#options.channels[0]), NOTHING)]
      ])
      if (this.#isListening) this.#settle()
      return answer as BeatAnswer
    } catch (error) {
      this.#reconnect(this.#commands, error)
      throw error
    }
  }

  /** Rejects if the server does not answer; then the message may or may not have been sent. */
  async publish (channel: string, body: Buffer): Promise<void> {
    this.bytes.sent += body.length
    this.messages.sent++
    try {
      await this.#commands.publish(channel, body)
    } catch (error) {
      this.#reconnect(this.#commands, error)
      throw error
    }
  }

  close (): void {
    this.#isClosed = true
    for (const client of [this.#commands, this.#listener]) client.disconnect()
  }

  /** Subscribes, or finds out whether that connection still works. Leases do not depend on it. */
  async #listen () {
    if (this.#listener.status !== 'ready') return
    try {
      if (this.#isListening) await this.#listener.ping()
      else await this.#listener.subscribe(...this.#options.channels)
      this.#isListening = true
    } catch (error) {
      this.#isListening = false
      this.#reconnect(this.#listener, error)
    }
  }

  #settle () {
    this.#attempts = 0
    if (this.#problem === null) return
    this.#problem = null
    this.#options.onChange(null)
  }

  #close (client: Redis) {
    if (client === this.#listener) this.#isListening = false
    if (typeof this.#problem !== 'string') this.#fail('the connection was closed')
  }

  #fail (error: unknown) {
    if (this.#isClosed) return
    const isKnown = typeof this.#problem === 'string'
    this.#problem = messageOf(error)
    if (!isKnown) this.#options.onChange(this.#problem)
  }

  /** Connects again after a command has failed, unless that is because the connection is lost, which `close` tells. */
  #reconnect (client: Redis, error: unknown) {
    if (client.status !== 'ready' || !client.stream.writable) return
    this.#fail(error)
    client.disconnect(true)
  }

  /** At most half of the timeout, so that no replica takes the hosts of another one that is about to connect. */
  #retryAfter (): number {
    return Math.min(RETRY_FIRST * 2 ** this.#attempts++, this.#options.timeout / 2) * (0.5 + Math.random() / 2)
  }
}
