import { own } from '../model/own.ts'
import type { LastKnown } from '../model/sample.ts'

/** Counters by the name of an interface or device. */
type Parts<Part> = Readonly<Record<string, Part>>

type CounterOf<Part> = { [Name in keyof Part]: Part[Name] extends number | null ? Name : never }[keyof Part]

/** The increase of a sum of counters between two samples; null if unknown. */
export interface Gain {
  gained: number | null
  /** Whether a counter was reset, so that part of the increase is lost. */
  isReset: boolean
}

const UNKNOWN: Gain = { gained: null, isReset: false }

const read = <Part>(part: Part | undefined, counter: CounterOf<Part>) =>
  part == null ? null : part[counter] as number | null

/** The sum of a counter over all parts; null if one is unknown or there are no parts. */
export function total<Part> (parts: Parts<Part> | null, counter: CounterOf<Part>): number | null {
  let sum: number | null = null
  for (const name in parts) {
    const value = read(parts[name], counter)
    if (value === null) return null
    sum = (sum ?? 0) + value
  }
  return sum
}

export interface Span<Part> {
  now: Parts<Part> | null
  /** Undefined if there is no previous sample: then the whole counter is the increase. */
  before: Parts<Part> | null | undefined
  /** How many parts are known to have been added in between. */
  arrivals?: number
  /** Whether a part is itself a sum, which falls when one of its own parts goes away. */
  isSum?: (name: string) => boolean
  /** Values of the counters that are unknown in the previous sample; null if it has all. */
  lastKnown?: LastKnown | null | undefined
}

const keyOf = <Part>(name: string, counter: CounterOf<Part>) => `${name} ${String(counter)}`

const oldOf = <Part>({ before }: Span<Part>, name: string, counter: CounterOf<Part>) =>
  before ? read(own(before, name), counter) : null

const isNew = <Part>({ before }: Span<Part>, name: string) => !before || !Object.hasOwn(before, name)

/** Whether every new part is known to have been added in between. */
const areTold = <Part>(span: Span<Part>): boolean =>
  Object.keys(span.now ?? {}).filter(name => isNew(span, name)).length <= (span.arrivals ?? 0)

/**
 * Adds up the increases of the parts. A removed part adds nothing, a reset part adds its new counter. A new part adds
 * its counter only if it is known to have been added in between, because it may be an old part with a new name.
 */
export function gainOf<Part> (span: Span<Part>, counter: CounterOf<Part>): Gain {
  const { now, before } = span
  if (now === null) return UNKNOWN
  if (before === undefined) return { gained: total(now, counter), isReset: false }
  const begun = areTold(span)
  if (before === null && !begun) return UNKNOWN
  const gain = { gained: 0, isReset: false }
  for (const name in now) {
    const value = read(now[name], counter)
    const old = isNew(span, name) ? begun ? 0 : value : oldOf(span, name, counter)
    if (value === null || old === null) return UNKNOWN
    if (value < old && span.isSum?.(name)) return UNKNOWN
    if (value < old) gain.isReset = true
    gain.gained += value < old ? value : value - old
  }
  return gain
}

/** Bytes per second, and bytes in total, that no real interface or device exceeds. */
const FASTEST = 1e11
const MOST = 1e18

interface Received {
  /** Milliseconds on the monotonic clock. */
  at: number
  /** Since the previous sample. */
  seconds: number
}

/** Sets impossible counters to null, such as after an underflow in a driver, for as long as they stay impossible. */
export function plausible<Part extends object> (
  span: Span<Part>, counters: readonly CounterOf<Part>[], { at, seconds }: Received
): Parts<Part> | null {
  const { now, before, lastKnown } = span
  const begun = before !== undefined && areTold(span)
  const isOdd = (name: string, counter: CounterOf<Part>) => {
    const value = read(now?.[name], counter)
    if (value === null) return false
    const known = lastKnown ? own(lastKnown, keyOf(name, counter)) : undefined
    const old = oldOf(span, name, counter) ?? known?.value ?? (begun && isNew(span, name) ? 0 : null)
    if (old === null) return value > MOST
    const since = known ? (at - known.at) / 1000 : seconds
    return (value < old ? value : value - old) > FASTEST * Math.max(1, since)
  }
  if (!now || !Object.keys(now).some(name => counters.some(counter => isOdd(name, counter)))) return now
  return Object.fromEntries(Object.entries(now).map(([name, part]) => {
    const odd = counters.filter(counter => isOdd(name, counter)).map(counter => [counter, null])
    return [name, { ...part, ...Object.fromEntries(odd) }]
  }))
}

/** The last values of counters that are unknown now, for `plausible` to compare later values with. */
export function lastKnownOf<Part> (
  span: Span<Part>, counters: readonly CounterOf<Part>[], at: number
): LastKnown | null {
  const { now, before, lastKnown } = span
  const known = now === null ? Object.entries(lastKnown ?? {}) : []
  for (const name of Object.keys(now ?? before ?? {})) {
    for (const counter of counters) {
      if (read(now?.[name], counter) !== null) continue
      const key = keyOf(name, counter)
      const value = oldOf(span, name, counter)
      const last = value === null ? lastKnown && own(lastKnown, key) : { value, at }
      if (last) known.push([key, last])
    }
  }
  return known.length === 0 ? null : Object.freeze(Object.fromEntries(known))
}
