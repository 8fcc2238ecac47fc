import { COLUMNS, WIDTH, type Usage } from './columns.ts'

/** Slots of a ring: one per poll at the default interval. */
export const SLOTS = 180
/** Seconds that a ring covers at least. */
export const WINDOW = 900
/** Seconds that a slot covers if polls are more frequent than slots. */
export const SLOT = WINDOW / SLOTS
/** Times are kept modulo this number of seconds. */
const WRAP = 0x10000
/** Bytes of a ring: six values and a time per slot. */
export const RING_BYTES = SLOTS * (WIDTH * Float32Array.BYTES_PER_ELEMENT + Uint16Array.BYTES_PER_ELEMENT)
/** Seconds by which a clock is corrected, rather than set to another time. */
const CORRECTION = 60

const minuteOf = (at: number) => Math.floor(at / 60)

/** Called with a slot: its time in seconds since the epoch, and where its values start, and its number. */
export type Visit = (at: number, offset: number, slot: number) => void

/** The last 15 minutes of one container or host, in arrays of fixed size. */
export class Ring {
  /** Averages by slot and column; unknown is NaN. */
  readonly values: Float32Array
  /** Number of slots written to disk, among all that there have been. */
  stored = 0
  /** Seconds between polls. */
  interval = SLOT
  readonly #times: Uint16Array
  /** Maxima, once a slot contains several samples. */
  #peaks: Float32Array | null = null
  #length = 0
  #newest = 0
  /** Samples in the newest slot. */
  #samples = 0

  /** Both arrays share a buffer, because each buffer takes more than 100 bytes besides its contents. */
  constructor () {
    const buffer = new ArrayBuffer(RING_BYTES)
    this.values = new Float32Array(buffer, 0, SLOTS * WIDTH)
    this.#times = new Uint16Array(buffer, this.values.byteLength)
  }

  /** Number of slots that there have been. */
  get length (): number {
    return this.#length
  }

  /** Time of the newest slot, seconds since the epoch. */
  get newest (): number {
    return this.#newest
  }

  get bytes (): number {
    return RING_BYTES + (this.#peaks?.byteLength ?? 0)
  }

  /** Maxima by slot and column. */
  get peaks (): Float32Array {
    return this.#peaks ?? this.values
  }

  /**
   * Adds a sample.
   * @param time milliseconds since the epoch; the ring is emptied unless it is within 15 minutes of the previous one
   */
  push (time: number, usage: Usage): void {
    let at = Math.floor(time / 1000)
    if (at < this.#newest && at > this.#newest - CORRECTION) at = this.#newest
    if (at < this.#newest || at - this.#newest > WINDOW) this.#length = this.stored = 0
    if (this.#isSameSlot(at)) this.#merge(usage)
    else this.#add(at, usage)
  }

  /** Calls `visit` with the slots from number `first` on, oldest first. */
  each (first: number, visit: Visit): void {
    const latest = Number(this.#times[(this.#length - 1) % SLOTS])
    for (let slot = Math.max(first, this.#length - SLOTS); slot < this.#length; slot++) {
      const index = slot % SLOTS
      const age = (latest - Number(this.#times[index]) + WRAP) % WRAP
      visit(this.#newest - age, index * WIDTH, slot)
    }
  }

  /** Whether a sample belongs to the newest slot, which must not reach into another minute, or be on disk. */
  #isSameSlot (at: number): boolean {
    if (this.#length <= this.stored) return false
    return this.interval < SLOT && at - this.#newest < SLOT && minuteOf(at) === minuteOf(this.#newest)
  }

  #add (at: number, usage: Usage) {
    const index = this.#length % SLOTS
    this.#times[index] = at % WRAP
    this.#newest = at
    this.#samples = 1
    this.#length++
    for (const [column, { from }] of COLUMNS.entries()) {
      const value = usage[from] ?? NaN
      this.values[index * WIDTH + column] = value
      if (this.#peaks) this.#peaks[index * WIDTH + column] = value
    }
  }

  #merge (usage: Usage) {
    this.#peaks ??= this.values.slice()
    this.#samples++
    const offset = (this.#length - 1) % SLOTS * WIDTH
    for (const [column, { from }] of COLUMNS.entries()) {
      const value = usage[from]
      if (value === null) continue
      const average = Number(this.values[offset + column])
      const isFirst = Number.isNaN(average)
      this.values[offset + column] = isFirst ? value : average + (value - average) / this.#samples
      this.#peaks[offset + column] = isFirst ? value : Math.max(Number(this.#peaks[offset + column]), value)
    }
  }
}
