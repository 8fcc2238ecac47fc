import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** How many answers wait on each connection until those before them have been read (HTTP/1.1 pipelining). */
export class Queues {
  readonly #waiting = new WeakMap<Socket, number>()

  /** Whether the answer to a request that has just come may wait, if it has to; `most` may do so. */
  isRoom (socket: Socket, response: ServerResponse, most: number): boolean {
    if (response.socket !== null) return true // Node.js gives it the connection when it is its turn
    const waiting = this.#add(socket, 1)
    response.once('close', () => this.#add(socket, -1))
    return waiting <= most
  }

  #add (socket: Socket, count: number): number {
    const waiting = (this.#waiting.get(socket) ?? 0) + count
    this.#waiting.set(socket, waiting)
    return waiting
  }
}
