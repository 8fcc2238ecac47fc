/** Work that goes on beside a loop, whose failures end nothing. */
export class Background {
  readonly #onError: (error: unknown) => void
  readonly #tasks = new Set<Promise<unknown>>()

  constructor (onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** @returns resolves when the task has ended, whatever came of it */
  async run (task: Promise<unknown>): Promise<void> {
    this.#tasks.add(task)
    try {
      await task
    } catch (error) {
      this.#onError(error)
    } finally {
      this.#tasks.delete(task)
    }
  }

  /** Resolves when nothing goes on any more. */
  async ended (): Promise<void> {
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks)
  }
}
