import type { IncomingHttpHeaders } from 'node:http'
import { StringDecoder } from 'node:string_decoder'
import type { Dispatcher } from 'undici'
import { errors } from './undici.ts'
import { setDeadline } from './deadline.ts'

export interface ExchangeOptions {
  path: string
  headers: Record<string, string>
  /** Timeout in milliseconds, until the whole body has arrived. */
  within: number
  /** Maximum size of the body, bytes. */
  most: number
  signal: AbortSignal | undefined
}

export interface Response {
  statusCode: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends a GET. Rejects with the error of undici, a `TimeoutError`, or the reason of the signal. */
export const exchange = (dispatcher: Dispatcher, options: ExchangeOptions): Promise<Response> =>
  new Promise((resolve, reject) => {
    const { path, headers } = options
    dispatcher.dispatch({ method: 'GET', path, headers }, new Exchange(options, resolve, reject))
  })

/** Reads the response directly from the parser, because undici's own methods create streams and signals for each. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #most: number
  readonly #resolve: (response: Response) => void
  readonly #reject: (error: Error) => void
  readonly #release: () => void
  readonly #decoder = new StringDecoder()
  #body = ''
  #controller: Dispatcher.DispatchController | null = null
  #ending: Error | null = null
  #statusCode = 0
  #headers: IncomingHttpHeaders = {}
  #size = 0

  constructor ({ within, most, signal }: ExchangeOptions, resolve: (response: Response) => void,
    reject: (error: Error) => void) {
    this.#most = most
    this.#resolve = resolve
    this.#reject = reject
    this.#release = setDeadline(within, signal, reason => this.#end(reason))
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#ending) controller.abort(this.#ending)
  }

  onResponseStart (_controller: unknown, statusCode: number, headers: IncomingHttpHeaders): void {
    this.#statusCode = statusCode
    this.#headers = headers
  }

  onResponseData (_controller: unknown, chunk: Buffer): void {
    this.#size += chunk.length
    this.#body += this.#decoder.write(chunk) // Decode per chunk: malloc retains what buffered chunks used
    if (this.#size > this.#most) this.#end(new errors.ResponseExceededMaxSizeError(`more than ${this.#most} bytes`))
  }

  onResponseEnd (): void {
    this.#release()
    const body = this.#body + this.#decoder.end()
    const response = { statusCode: this.#statusCode, headers: this.#headers, body }
    // Resolve after undici's own callbacks: only then can the next call reuse this connection.
    queueMicrotask(() => setImmediate(this.#resolve, response))
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#release()
    this.#reject(error)
  }

  /** A call that is still queued ends when it gets a connection or fails to get one. */
  #end (reason: Error) {
    this.#ending = reason
    this.#controller?.abort(reason)
  }
}
