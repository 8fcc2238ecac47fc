/** Runs a function at most once at a time. */
export interface SingleFlight<T> {
  /** The run in progress, or a new one. */
  join (): Promise<T>
  /** A run that starts after this call: the next one if a run is in progress. */
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
