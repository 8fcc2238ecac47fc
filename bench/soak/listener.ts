import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'

/** Milliseconds between two connections. */
const CONNECTED = 20_000
const AWAY = 2000

/** Follows `/stream`, and leaves and comes back all the time, each time after the last event that it has received. */
export class Listener {
  /** Events received, by name. */
  readonly events: Record<string, number> = {}
  /** How often it came back, and how often it then missed nothing. */
  returns = 0
  resumed = 0
  /** Streams that did not begin, or that the service ended. */
  readonly failures: string[] = []
  readonly #url: string
  readonly #token: string
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #lastId = ''

  constructor (url: string, token: string) {
    this.#url = url
    this.#token = token
  }

  start (): void {
    this.#running = this.#run()
  }

  async stop (): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run () {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#follow().catch((error: unknown) => { if (!signal.aborted) this.failures.push(String(error)) })
      await sleep(AWAY, undefined, { signal }).catch(() => {})
    }
  }

  async #follow () {
    const leaving = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(CONNECTED)])
    const headers = { authorization: this.#token, ...this.#lastId && { 'last-event-id': this.#lastId } }
    const isReturn = this.#lastId !== ''
    const asked = request(`${this.#url}/stream`, { headers, signal: leaving }).end()
    const [response]: [IncomingMessage] = await once(asked, 'response') as [IncomingMessage]
    if (response.statusCode !== 200) throw new Error(`/stream: ${response.statusCode}`)
    let first = ''
    const parser = createParser({
      onEvent: ({ event = '', id = '' }) => {
        first ||= event
        this.#lastId = id
        this.events[event] = (this.events[event] ?? 0) + 1
      }
    })
    response.setEncoding('utf8')
    try {
      for await (const text of response) parser.feed(text)
      this.failures.push('the service ended /stream')
    } catch (error) {
      if (!leaving.aborted) throw error
    }
    if (!isReturn || first === '') return
    this.returns++
    if (first !== 'snapshot') this.resumed++
  }
}
