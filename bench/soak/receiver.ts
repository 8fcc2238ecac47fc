import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Every so many notifications it answers with an error, so that the service has to send it again. */
const FAILING = 5

/** Receives notifications. */
export class Receiver {
  received = 0
  readonly #server = createServer((request, response) => {
    request.resume().once('end', () => {
      this.received++
      response.writeHead(this.received % FAILING === 0 ? 500 : 204).end()
    })
  })

  /** Resolves to its address. */
  async listen (): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`
  }

  close (): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }
}
