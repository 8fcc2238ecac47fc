import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Counts the responses on each connection that wait for earlier ones to be read (HTTP/1.1 pipelining). */
export class Queues {
  readonly #waiting = new WeakMap<Socket, number>()

  /** Adds a response, and returns false if more than `most` are now waiting on the connection. */
  isRoom (socket: Socket, response: ServerResponse, most: number): boolean {
    if (response.socket !== null) return true // Node.js assigns the socket when it is the turn of the response
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
