/** Runs tasks beside a loop; their failures do not end it. */
export class Background {
  readonly #onError: (error: unknown) => void
  readonly #tasks = new Set<Promise<unknown>>()

  constructor (onError: (error: unknown) => void) {
    this.#onError = onError
  }

  /** Resolves when the task has settled; never rejects. */
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

  async ended (): Promise<void> {
    while (this.#tasks.size > 0) await Promise.allSettled(this.#tasks)
  }
}
