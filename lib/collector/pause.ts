/** The waiting of a loop, which can be cut short. */
export class Pause {
  readonly #isOver: () => boolean
  #wake = () => {}

  /** @param isOver whether nothing is waited for any more */
  constructor (isOver: () => boolean) {
    this.#isOver = isOver
  }

  /** @returns resolves after so many milliseconds, or when it is cut short */
  async for (milliseconds: number): Promise<void> {
    if (this.#isOver()) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  end (): void {
    this.#wake()
  }
}
