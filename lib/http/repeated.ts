const WINDOW = 60_000

/** Subjects that are told apart at a time; the others are counted together. */
const MOST = 1000
const OTHERS = 'others'

/** Says that something has happened: at once, and then no more than once a minute for each subject, with a count. */
export class Repeated {
  readonly #say: (subject: string, count: number) => void
  readonly #counts = new Map<string, number>()
  readonly #timers = new Map<string, NodeJS.Timeout>()

  /** @param say called with what it is about, such as an address, and how often it has happened since the last time */
  constructor (say: (subject: string, count: number) => void) {
    this.#say = say
  }

  note (subject: string): void {
    const told = this.#timers.has(subject) || this.#timers.size < MOST ? subject : OTHERS
    if (this.#timers.has(told)) {
      this.#counts.set(told, (this.#counts.get(told) ?? 0) + 1)
      return
    }
    this.#say(told, 1)
    this.#wait(told)
  }

  close (): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  #wait (subject: string) {
    this.#timers.set(subject, setTimeout(() => this.#sayAgain(subject), WINDOW).unref())
  }

  #sayAgain (subject: string) {
    const count = this.#counts.get(subject)
    this.#counts.delete(subject)
    this.#timers.delete(subject)
    if (count === undefined) return
    this.#say(subject, count)
    this.#wait(subject)
  }
}
