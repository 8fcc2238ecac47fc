import type { Log } from '../model/log.ts'
import { wallClock } from '../model/time.ts'
import { answerOf, type HistoryAnswer } from './answer.ts'
import { Disk } from './disk.ts'
import type { Range } from './grid.ts'
import { Memory, type SeenHost } from './memory.ts'
import { HOST } from './series.ts'

const MINUTE = 60_000
/** Milliseconds after the end of a minute until it is written, for samples that are on their way. */
const DELAY = 1000

export interface HistorySettings {
  /** MiB. */
  memory: number
  /** Whether to write to `file`, an absolute path. */
  disk: boolean
  file: string
}

/** What the history costs and whether it works. */
export interface HistoryFigures {
  memoryBytes: number
  series: number
  /** Null if nothing is on disk. */
  fileBytes: number | null
  writes: { success: number, failure: number }
}

interface Options {
  settings: HistorySettings
  log: Log
  /** Milliseconds since the epoch. */
  now?: () => number
}

/** The past of containers and hosts: 15 minutes in memory, 30 days on disk. */
export class History {
  #settings: HistorySettings
  readonly #memory: Memory
  readonly #log: Log
  readonly #now: () => number
  #disk: Disk | null
  #timer: NodeJS.Timeout | undefined
  #isFull = false
  /** What is done with the disk happens one after the other. */
  #work: Promise<void> = Promise.resolve()

  constructor ({ settings, log, now = wallClock }: Options) {
    this.#settings = settings
    this.#memory = new Memory(settings.memory)
    this.#log = log
    this.#now = now
    this.#disk = settings.disk ? new Disk(settings.file, log) : null
  }

  get figures (): HistoryFigures {
    const { writes = { success: 0, failure: 0 }, size = null } = this.#disk ?? {}
    return { memoryBytes: this.#memory.bytes, series: this.#memory.size, fileBytes: size, writes }
  }

  see (next: SeenHost | null, previous: SeenHost | null): void {
    this.#memory.see(next, previous)
  }

  /** Writes every minute from now on. */
  start (): void {
    this.#timer = setTimeout(() => this.flush().then(() => this.start()), MINUTE - this.#now() % MINUTE + DELAY).unref()
  }

  /** Opens the file, so that problems show at once. */
  async open (): Promise<void> {
    await this.#disk?.open()
  }

  /** Writes the minutes that have ended, and forgets what is too old. */
  flush (): Promise<void> {
    return this.#next(async () => {
      const now = this.#seconds
      await this.#disk?.write(this.#memory.all(), now, Math.floor(now / 60) * 60)
      this.#warnIfFull()
      this.#memory.prune(this.#now(), this.#settings.memory)
    })
  }

  /** Whether something is known of a container with this name. */
  async knows (host: string, name: string): Promise<boolean> {
    return this.#memory.find(host, name) !== null || (await this.#disk?.lives({ host, name }) ?? []).length > 0
  }

  async read (host: string, name: string | null, range: Range): Promise<HistoryAnswer> {
    const sources = { memory: this.#memory, disk: this.#disk, now: this.#now() / 1000 }
    return await answerOf(sources, { host, name: name ?? HOST }, range)
  }

  configure (next: HistorySettings): Promise<void> {
    return this.#next(async () => {
      const { disk, file } = this.#settings
      this.#settings = next
      this.#memory.prune(this.#now(), next.memory)
      if (next.disk === disk && next.file === file) return
      await this.#closeDisk()
      this.#disk = next.disk ? new Disk(next.file, this.#log) : null
      await this.#disk?.open()
    })
  }

  async close (): Promise<void> {
    clearTimeout(this.#timer)
    await this.#next(() => this.#closeDisk())
  }

  get #seconds () {
    return this.#now() / 1000
  }

  /** Once, until there is room for all. */
  #warnIfFull () {
    const { isFull } = this.#memory
    if (isFull && !this.#isFull) {
      this.#log.warn({ MiB: this.#settings.memory }, 'Some containers have no history; raise history.memory')
    }
    this.#isFull = isFull
  }

  async #closeDisk () {
    await this.#disk?.write(this.#memory.all(), this.#seconds, Infinity)
    await this.#disk?.close()
  }

  #next (work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work)
    return this.#work
  }
}
