import { own } from '../model/own.ts'
import type { LastKnown } from '../model/sample.ts'

/** The parts of a sum by name, such as interfaces or devices, with their counters. */
type Parts<Part> = Readonly<Record<string, Part>>

/** The names of the counters of a part; each is null while it is unknown. */
type CounterOf<Part> = { [Name in keyof Part]: Part[Name] extends number | null ? Name : never }[keyof Part]

/** What a sum of counters gained between two samples. */
export interface Gain {
  /** Null while it is unknown. */
  gained: number | null
  /** Whether a counter began again, so that what it gained before that is lost. */
  isReset: boolean
}

const UNKNOWN: Gain = { gained: null, isReset: false }

const read = <Part>(part: Part | undefined, counter: CounterOf<Part>) =>
  part == null ? null : part[counter] as number | null

/** The sum of a counter over all parts; null where one is unknown, or there is none. */
export function total<Part> (parts: Parts<Part> | null, counter: CounterOf<Part>): number | null {
  let sum: number | null = null
  for (const name in parts) {
    const value = read(parts[name], counter)
    if (value === null) return null
    sum = (sum ?? 0) + value
  }
  return sum
}

/** The samples between which a sum has gained something. */
export interface Span<Part> {
  now: Parts<Part> | null
  /** Undefined where there is no sample before: then everything has been gained since. */
  before: Parts<Part> | null | undefined
  /** How many parts are known to have begun in between. */
  arrivals?: number
  /** Whether a part is itself a sum that falls when one of its own parts is gone. */
  isSum?: (name: string) => boolean
  /** Of the counters that the sample before lacks; null where it lacks none. */
  lastKnown?: LastKnown | null | undefined
}

const keyOf = <Part>(name: string, counter: CounterOf<Part>) => `${name} ${String(counter)}`

/** The counter in the sample before. */
const oldOf = <Part>({ before }: Span<Part>, name: string, counter: CounterOf<Part>) =>
  before ? read(own(before, name), counter) : null

const isNew = <Part>({ before }: Span<Part>, name: string) => !before || !Object.hasOwn(before, name)

/** Whether all parts that are new are known to have begun in between. */
const areTold = <Part>(span: Span<Part>): boolean =>
  Object.keys(span.now ?? {}).filter(name => isNew(span, name)).length <= (span.arrivals ?? 0)

/**
 * The gain of a sum, taken part by part: a part that is gone gains nothing, one that went back gains its new counter. A
 * part that is new gains its counter where it is known to have begun in between, and else nothing: it may have run
 * under another name.
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

/** Bytes a second, and bytes in all, that no interface and no device moves: whoever counts more has miscounted. */
const FASTEST = 1e11
const MOST = 1e18

/** When a sample was received by the monotonic clock, milliseconds, and how many seconds after the one before. */
interface Received {
  at: number
  seconds: number
}

/** The parts, without counters that cannot be true, as after a driver's underflow: also where they stay for a while. */
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

/**
 * What counters were that are unknown now: what comes next is held against that.
 * @param at when the sample before was received, by the monotonic clock
 */
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
