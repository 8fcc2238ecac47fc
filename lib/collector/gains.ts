import { own } from '../model/own.ts'

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
}

/**
 * The gain of a sum, taken part by part: a part that is gone gains nothing, one that went back gains its new counter. A
 * part that is new gains its counter where it is known to have begun in between, and else nothing: it may have run
 * under another name.
 */
export function gainOf<Part> ({ now, before, arrivals = 0 }: Span<Part>, counter: CounterOf<Part>): Gain {
  if (now === null) return UNKNOWN
  if (before === undefined) return { gained: total(now, counter), isReset: false }
  const areNew = Object.keys(now).filter(name => !before || !Object.hasOwn(before, name)).length <= arrivals
  if (before === null && !areNew) return UNKNOWN
  const gain = { gained: 0, isReset: false }
  for (const name in now) {
    const value = read(now[name], counter)
    const isNew = !before || !Object.hasOwn(before, name)
    const old = isNew ? areNew ? 0 : value : read(before[name], counter)
    if (value === null || old === null) return UNKNOWN
    if (value < old) gain.isReset = true
    gain.gained += value < old ? value : value - old
  }
  return gain
}

/** Bytes a second, and bytes in all, that no interface and no device moves: whoever counts more has miscounted. */
const FASTEST = 1e11
const MOST = 1e18

/**
 * The parts, without counters that cannot be true, as after a driver's underflow.
 * @param seconds between the two samples
 */
export function plausible<Part extends object> (
  { now, before }: Span<Part>, counters: readonly CounterOf<Part>[], seconds: number
): Parts<Part> | null {
  const fastest = FASTEST * Math.max(1, seconds)
  const isOdd = (name: string, counter: CounterOf<Part>) => {
    const value = read(now?.[name], counter)
    const old = before ? read(own(before, name), counter) : null
    if (value === null || old === null) return value !== null && value > MOST
    return (value < old ? value : value - old) > fastest
  }
  if (!now || !Object.keys(now).some(name => counters.some(counter => isOdd(name, counter)))) return now
  return Object.fromEntries(Object.entries(now).map(([name, part]) => {
    const odd = counters.filter(counter => isOdd(name, counter)).map(counter => [counter, null])
    return [name, { ...part, ...Object.fromEntries(odd) }]
  }))
}
