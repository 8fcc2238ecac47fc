const WINDOW = 60_000

/** Subjects that are told apart at a time; the others are counted together. */
const MOST = 1000
const OTHERS = 'others'

interface Window { timer: NodeJS.Timeout, count: number }

/** Says that something has happened: at once, and then no more than once a minute for each subject, with a count. */
export class Repeated {
  readonly #say: (subject: string, count: number) => void
  readonly #windows = new Map<string, Window>()

  /** @param say called with what it is about, such as an address, and how often it has happened since the last time */
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
