import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { answer, details, indexOf, info, list, openAnswer, StatsAnswer } from './fake-answers.ts'

export interface FakeEngineOptions {
  containers: number
  /** The `Server` header. */
  server: string
  /** The delay of stats in milliseconds, or `ticked` for a tick of one second as on Engines before 25. */
  stats: number | 'ticked'
}

const END = '\r\n\r\n'
const TICK = 1000
const CONTAINER = /^(?:\/v[\d.]+)?\/containers\/(\w+)\/(stats|json)/
const OTHER = /^(?:\/v[\d.]+)?(\/[^? ]*)/

/**
 * A fake Engine on a raw socket with prepared responses, so that it costs far less than its clients. It understands
 * only GET without a body.
 */
export class FakeEngine {
  readonly #host: number
  readonly #options: FakeEngineOptions
  readonly #stats: StatsAnswer
  readonly #ready: ReadonlyMap<string, Buffer>
  readonly #waiting: Array<() => void> = []
  #list: Buffer | null = null

  constructor (host: number, options: FakeEngineOptions) {
    const { server } = options
    this.#host = host
    this.#options = options
    this.#stats = new StatsAnswer(server)
    this.#ready = new Map([
      ['/_ping', answer('OK', server)],
      ['/version', answer('{}', server)],
      ['/info', answer(info(host), server)],
      ['/events', openAnswer(server)]
    ])
  }

  /** Resolves with its address. */
  async listen (): Promise<string> {
    const server = createServer(socket => this.#serve(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    if (this.#options.stats === 'ticked') setInterval(() => this.#tick(), TICK)
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    return `tcp://127.0.0.1:${address.port}`
  }

  #tick () {
    for (const send of this.#waiting.splice(0)) send()
  }

  #serve (socket: Socket) {
    let rest = ''
    socket.setNoDelay()
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const requests = (rest + chunk.toString('latin1')).split(END)
      rest = requests.pop() ?? ''
      for (const request of requests) this.#answer(socket, request.slice('GET '.length, request.indexOf('\r\n')))
    })
  }

  #answer (socket: Socket, path: string) {
    const [, id, about] = CONTAINER.exec(path) ?? []
    if (id === undefined) socket.write(this.#about(OTHER.exec(path)?.[1] ?? ''))
    else if (about === 'stats') this.#sample(socket, indexOf(id))
    else socket.write(answer(details(this.#host, indexOf(id)), this.#options.server))
  }

  #about (path: string): Buffer {
    const { containers, server } = this.#options
    if (path !== '/containers/json') return this.#ready.get(path) ?? answer('{"message":"no"}', server, '404 Not Found')
    this.#list ??= answer(list(this.#host, containers), server)
    return this.#list
  }

  #sample (socket: Socket, container: number) {
    const { stats } = this.#options
    const send = () => socket.write(this.#stats.at(Date.now(), container))
    if (stats === 'ticked') this.#waiting.push(send)
    else if (stats === 0) send()
    else setTimeout(send, stats)
  }
}
