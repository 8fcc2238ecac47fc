import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How many answers wait on each connection until those before them have been read (HTTP/1.1 pipelining). */
export class Queues {
  readonly #most: number
  readonly #waiting = new WeakMap<Socket, number>()

  /** @param most answers that may wait on one connection */
  constructor (most: number) {
    this.#most = most
  }

  /** Whether the answer to a request that has just come may wait, if it has to. */
  isRoom (socket: Socket, response: ServerResponse): boolean {
    if (response.socket !== null) return true // Node.js gives it the connection when it is its turn
    const waiting = this.#add(socket, 1)
    response.once('close', () => this.#add(socket, -1))
    return waiting <= this.#most
  }

  #add (socket: Socket, count: number): number {
    const waiting = (this.#waiting.get(socket) ?? 0) + count
    this.#waiting.set(socket, waiting)
    return waiting
  }
}
