import { Child } from './child.ts'

/** What to ask for, over and over. */
export interface Load {
  url: string
  /** Paths that are asked for in turn, instead of the one in `url`. */
  paths?: readonly string[]
  headers: Record<string, string>
  connections: number
  seconds: number
  /** Requests a second over all connections; as many as are answered where it is missing. */
  rate?: number
}

/** What came of it; times in milliseconds. */
export interface LoadResult {
  requests: number
  perSecond: number
  p50: number
  p99: number
  bytes: number
  /** Answers by status. */
  statuses: Record<string, number>
  errors: number
}

/** The load generator in a process of its own. */
export class LoadGenerator {
  readonly #child = new Child('load')

  /** @throws where anything but the expected status came back */
  async run (load: Load, status = 200): Promise<LoadResult> {
    const result = await this.#child.ask<LoadResult>(load)
    if (result.errors > 0 || result.statuses[status] !== result.requests || result.requests === 0) {
      throw new Error(`${load.url}: ${result.errors} errors, answers ${JSON.stringify(result.statuses)}`)
    }
    return result
  }

  async stop (): Promise<void> {
    await this.#child.stop()
  }
}
