import { Redis, type RedisOptions } from 'iovalkey'
import { messageOf } from '../errors.ts'
import { clusterAddress, type ClusterAddress } from '../config/cluster-url.ts'
import { BEAT } from './beat.ts'

/** Milliseconds until the first attempt to connect again, and the most; half of it is random. */
const RETRY_FIRST = 100
const RETRY_MOST = 2000

export interface LinkOptions {
  url: string
  /** Channels to listen to. */
  channels: readonly string[]
  /** Milliseconds after which a command has failed. */
  timeout: number
  onMessage (body: Buffer): void
  /** Called with null when messages arrive from now on, and with why if they do not. */
  onChange (problem: string | null): void
}

/** What a beat returns: key and value by turns, and the fences of the leases. */
export type BeatAnswer = [infos: string[], present: string[], configurations: string[], fences: string[]]

const retryAfter = (attempt: number) =>
  Math.min(RETRY_FIRST * 2 ** attempt, RETRY_MOST) * (0.5 + Math.random() / 2)

function optionsOf (address: ClusterAddress, timeout: number): RedisOptions {
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
  #isListening = false
  #isClosed = false
  /** Null while everything works, undefined before the first attempt has ended. */
  #problem: string | null | undefined
  readonly bytes = { sent: 0, received: 0 }
  readonly messages = { sent: 0, received: 0 }

  constructor (options: LinkOptions) {
    const { url, timeout, onMessage } = options
    this.#options = options
    const settings = optionsOf(clusterAddress(url) as ClusterAddress, timeout)
    this.#commands = new Redis(settings)
    this.#listener = new Redis(settings)
    this.#commands.on('ready', () => this.#settle())
    this.#listener.on('ready', () => this.#listen())
    for (const client of [this.#commands, this.#listener]) {
      client.on('error', error => this.#fail(error))
      client.on('close', () => this.#close(client))
    }
    this.#listener.on('messageBuffer', (_channel: Buffer, body: Buffer) => {
      this.bytes.received += body.length
      this.messages.received++
      onMessage(body)
    })
  }

  get isConnected (): boolean {
    return this.#problem === null
  }

  /** Connects in the background, now and whenever the connection is lost. */
  open (): void {
    for (const client of [this.#commands, this.#listener]) client.connect().catch(() => {}) // `error` tells
  }

  /** Rejects if the server does not answer; then the connections are made again. */
  async beat (keys: readonly string[], given: readonly (string | number)[]): Promise<BeatAnswer> {
    try {
      const [answer] = await Promise.all([
        this.#commands.eval(BEAT, keys.length, ...keys, ...given),
        ...this.#isListening ? [this.#listener.ping()] : []
      ])
      return answer as BeatAnswer
    } catch (error) {
      this.#reconnect()
      throw error
    }
  }

  /** Rejects if the server does not answer; then the message may or may not have been sent. */
  async publish (channel: string, body: Buffer): Promise<void> {
    this.bytes.sent += body.length
    this.messages.sent++
    await this.#commands.publish(channel, body)
  }

  close (): void {
    this.#isClosed = true
    for (const client of [this.#commands, this.#listener]) client.disconnect()
  }

  async #listen () {
    try {
      await this.#listener.subscribe(...this.#options.channels)
      this.#isListening = true
      this.#settle()
    } catch (error) {
      this.#fail(error)
      this.#listener.disconnect(true)
    }
  }

  #settle () {
    if (!this.#isListening || this.#commands.status !== 'ready' || this.#problem === null) return
    this.#problem = null
    this.#options.onChange(null)
  }

  #close (client: Redis) {
    if (client === this.#listener) this.#isListening = false
    this.#fail('the connection was closed')
  }

  #fail (error: unknown) {
    const problem = messageOf(error)
    if (this.#isClosed || typeof this.#problem === 'string') return
    this.#problem = problem
    this.#options.onChange(problem)
  }

  #reconnect () {
    for (const client of [this.#commands, this.#listener]) if (client.status === 'ready') client.disconnect(true)
  }
}
