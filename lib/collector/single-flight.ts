/** Something that runs once at a time. */
export interface SingleFlight<T> {
  /** The run under way, or the next one. */
  join (): Promise<T>
  /** A run that starts from here on: after the one under way, if there is one. */
  again (): Promise<T>
}

export function singleFlight<T> (run: () => Promise<T>): SingleFlight<T> {
  let current: Promise<T> | null = null
  let next: Promise<T> | null = null
  const start = () => {
    next = null
    current = run().finally(() => { current = null })
    return current
  }
  return {
    join: () => current ?? next ?? start(),
    again () {
      if (!current) return next ?? start()
      next ??= current.then(start, start)
      return next
    }
  }
}
