import { dirname } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'
import { monotonic } from '../model/time.ts'

/** Milliseconds without another change before one is reported, and until it is reported in any case. */
const QUIET = 200
const PATIENCE = 1000

export interface FileWatchOptions {
  /** Called after a file was created, changed, replaced or removed. Changes in quick succession cause one call. */
  onChange: () => void
  /** Called if files cannot be watched, such as when the limit of inotify watches is reached. */
  onError: (error: unknown) => void
}

/** Watches files by their folders, because editors and Kubernetes replace files instead of writing to them. */
export class FileWatch {
  readonly #options: FileWatchOptions
  #files: ReadonlySet<string> = new Set()
  #watcher: FSWatcher | null = null
  #timer: NodeJS.Timeout | undefined
  #since: number | null = null

  constructor (options: FileWatchOptions) {
    this.#options = options
  }

  /** Watches these files instead of the previous ones, and resolves once it does. */
  async watch (files: readonly string[]): Promise<void> {
    if (files.length === this.#files.size && files.every(file => this.#files.has(file))) return
    await this.#watcher?.close()
    const names = new Set(files)
    const folders = new Set(files.map(file => dirname(file)))
    this.#files = names
    const watcher = watch([...folders], {
      depth: 0,
      ignoreInitial: true,
      ignored: path => !folders.has(path) && !names.has(path)
    })
    this.#watcher = watcher
    watcher.on('error', this.#options.onError)
    watcher.on('all', () => this.#note())
    await new Promise<void>(resolve => watcher.once('ready', resolve))
  }

  async close (): Promise<void> {
    clearTimeout(this.#timer)
    await this.#watcher?.close()
  }

  #note () {
    const now = monotonic()
    this.#since ??= now
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#since = null
      this.#options.onChange()
    }, Math.min(QUIET, Math.max(0, this.#since + PATIENCE - now)))
  }
}
