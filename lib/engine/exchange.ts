import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import errors from 'undici/lib/core/errors.js'

/** An answer with its whole body as text. */
export interface Response {
  statusCode: number
  headers: IncomingHttpHeaders
  body: string
}

/** One request and its answer, taken as it comes from the parser: undici's own methods make a stream for each. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Rejects with what undici gives, or with the reason of an abort. */
  readonly response: Promise<Response>
  readonly #most: number
  readonly #chunks: Buffer[] = []
  #resolve = (_response: Response) => {}
  #reject = (_reason: unknown) => {}
  #controller: Dispatcher.DispatchController | null = null
  #aborted: Error | null = null
  #statusCode = 0
  #headers: IncomingHttpHeaders = {}
  #size = 0

  /** @param most bytes of the body */
  constructor (most: number) {
    this.#most = most
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** Ends it at once, also while it waits for a connection. */
  abort (reason: Error): void {
    this.#aborted = reason
    this.#controller?.abort(reason)
    this.#reject(reason)
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) controller.abort(this.#aborted)
  }

  onResponseStart (_controller: unknown, statusCode: number, headers: IncomingHttpHeaders): void {
    this.#statusCode = statusCode
    this.#headers = headers
  }

  onResponseData (_controller: unknown, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.#most) this.abort(new errors.ResponseExceededMaxSizeError(`more than ${this.#most} bytes`))
    else this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    const body = Buffer.concat(this.#chunks).toString()
    this.#resolve({ statusCode: this.#statusCode, headers: this.#headers, body })
  }

  onResponseError (_controller: unknown, error: Error): void {
    this.#reject(error)
  }
}
