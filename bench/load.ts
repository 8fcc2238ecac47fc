import { Child } from './child.ts'

/** A kind of load. */
export interface Load {
  url: string
  /** Paths to request in turn, instead of the one in `url`. */
  paths?: readonly string[]
  headers: Record<string, string>
  connections: number
  seconds: number
  /** Requests a second over all connections; unlimited by default. */
  rate?: number
}

/** Times in milliseconds. */
export interface LoadResult {
  requests: number
  perSecond: number
  p50: number
  p99: number
  bytes: number
  /** Responses by status. */
  statuses: Record<string, number>
  errors: number
}

/** Runs the undici load generator in a child process. */
export class LoadGenerator {
  readonly #child = new Child('load')

  /** @throws if a response has another status */
  async run (load: Load, status = 200): Promise<LoadResult> {
    const result = await this.#child.ask<LoadResult>(load)
    if (result.errors > 0 || result.statuses[status] !== result.requests || result.requests === 0) {
      throw new Error(`${load.url}: ${result.errors} errors, responses by status: ${JSON.stringify(result.statuses)}`)
    }
    return result
  }

  async stop (): Promise<void> {
    await this.#child.stop()
  }
}
