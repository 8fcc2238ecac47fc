/** A delay that can be cut short. */
export class Pause {
  readonly #isOver: () => boolean
  #wake = () => {}

  /** @param isOver if it returns true, delays end at once */
  constructor (isOver: () => boolean) {
    this.#isOver = isOver
  }

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
