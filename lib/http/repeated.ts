const WINDOW = 60_000

/** Maximum number of separate subjects, which bounds memory; the rest are counted together. */
const MOST = 1000
const OTHERS = 'others'

interface Window { timer: NodeJS.Timeout, count: number }

/** Reports the first occurrence immediately, then at most one count per minute and subject. */
export class Repeated {
  readonly #say: (subject: string, count: number) => void
  readonly #windows = new Map<string, Window>()

  /** @param say called with the subject, such as an address, and the number of occurrences since the last call */
  constructor (say: (subject: string, count: number) => void) {
    this.#say = say
  }

  note (subject: string): void {
    const told = this.#windows.has(subject) || this.#windows.size < MOST ? subject : OTHERS
    const window = this.#windows.get(told)
    if (window) window.count++
    else this.#tell(told, 1)
  }

  close (): void {
    for (const { timer } of this.#windows.values()) clearTimeout(timer)
  }

  #tell (subject: string, count: number) {
    this.#say(subject, count)
    const window: Window = { count: 0, timer: setTimeout(() => this.#end(subject, window), WINDOW).unref() }
    this.#windows.set(subject, window)
  }

  #end (subject: string, { count }: Window) {
    this.#windows.delete(subject)
    if (count > 0) this.#tell(subject, count)
  }
}
