import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { API_VERSION, detailsOf, infoOf, lineOf, statsOf, summaryOf, VERSION, versionOf } from './answers.ts'
import { existingOn } from './existing.ts'
import type { DemoHost } from './fleet.ts'
import type { Story } from './story.ts'

/** Milliseconds between looks at the story. */
const STEP = 250

/** Seconds for which events can be asked for again. */
const REMEMBERED = 86_400

export interface DemoEngineOptions {
  host: DemoHost
  story: Story
  path: string
  /** Milliseconds since the epoch. */
  now: () => number
}

function reply (response: ServerResponse, body: unknown, statusCode = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(statusCode, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}

/** Answers like the Engine of a host, as far as the service asks it, on a Unix socket. */
export class DemoEngine {
  readonly #options: DemoEngineOptions
  readonly #server = createServer((request, response) => this.#answer(request, response))
  readonly #streams = new Set<ServerResponse>()
  #told: number
  #timer: NodeJS.Timeout | undefined

  constructor (options: DemoEngineOptions) {
    this.#options = options
    this.#told = this.#now
  }

  async open (): Promise<void> {
    await this.#listen()
    this.#timer = setInterval(() => this.step(), STEP).unref()
  }

  /** Goes or comes, and sends the events since the last step. */
  async step (): Promise<void> {
    const { host, story } = this.#options
    const now = this.#now
    const isAway = story.isAway(host, now)
    if (isAway === this.#server.listening) await (isAway ? this.#leave() : this.#listen())
    for (const event of story.eventsOf(host, this.#told, now)) {
      for (const stream of this.#streams) stream.write(lineOf(event))
    }
    this.#told = now
  }

  async close (): Promise<void> {
    clearInterval(this.#timer)
    if (this.#server.listening) await this.#leave()
  }

  get #now () {
    return this.#options.now() / 1000
  }

  async #listen () {
    this.#server.listen(this.#options.path)
    await once(this.#server, 'listening')
  }

  async #leave () {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close')
  }

  #answer (request: IncomingMessage, response: ServerResponse) {
    const { host, story } = this.#options
    const { pathname, searchParams } = new URL(String(request.url), 'http://engine')
    const path = pathname.replace(/^\/v[\d.]+/, '')
    response.setHeader('Server', `Docker/${VERSION} (linux)`).setHeader('Api-Version', API_VERSION)
    response.setHeader('Ostype', 'linux').setHeader('Date', new Date(this.#options.now()).toUTCString())
    if (path === '/_ping') return reply(response, 'OK')
    if (path === '/version') return reply(response, versionOf())
    if (path === '/info') return reply(response, infoOf(host))
    if (path === '/containers/json') {
      return reply(response, existingOn(host, story, this.#now).map(existing => summaryOf(existing, this.#now)))
    }
    if (path === '/events') return this.#openStream(response, Number(searchParams.get('since') ?? this.#told))
    this.#answerAbout(path, response)
  }

  #openStream (response: ServerResponse, since: number) {
    const { host, story } = this.#options
    const events = story.eventsOf(host, Math.max(since, this.#told - REMEMBERED), this.#told)
    response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders()
    response.write(events.map(lineOf).join(''))
    this.#streams.add(response)
    response.once('close', () => this.#streams.delete(response))
  }

  #answerAbout (path: string, response: ServerResponse) {
    const [, id, what] = /^\/containers\/(\w+)\/(stats|json)$/.exec(path) ?? []
    if (id === undefined) return reply(response, { message: 'page not found' }, 404)
    const { host, story } = this.#options
    const existing = existingOn(host, story, this.#now).find(({ moment }) => moment.id === id)
    if (!existing) return reply(response, { message: `No such container: ${id}` }, 404)
    reply(response, what === 'stats' ? statsOf(existing, host, this.#now) : detailsOf(existing))
  }
}
