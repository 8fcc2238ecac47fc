import { constants, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonic } from '../model/time.ts'

/** What may wait for a slow reader, bytes. */
const MAX_WAITING = 1024 ** 2
/** Pause before the next attempt when a reader has no room, milliseconds. */
const RETRY = 50

const isBusy = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EAGAIN'

/** Node makes terminals blocking, so Ctrl-S would stop the process: open the terminal a second time, non-blocking. */
function openTerminal (fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch {
    return fd
  }
}

/**
 * Writes lines to standard output or standard error without ever blocking or throwing. Lines wait for a slow reader;
 * when too many wait, or the write fails because the reader is gone or the disk is full, lines are dropped.
 */
export class Output {
  readonly #fd: number
  readonly #onRecovery: (lost: number) => void
  readonly #waiting: Buffer[] = []
  #waitingBytes = 0
  /** Whether the first of the waiting lines has been written in part. */
  #isTorn = false
  #lost = 0
  #retry: NodeJS.Timeout | undefined

  /**
   * @param stream `process.stdout` or `process.stderr`: by creating it, Node has made a pipe non-blocking
   * @param onRecovery called with the number of dropped lines once lines can be written again
   */
  constructor ({ fd, isTTY }: { fd: number, isTTY?: boolean }, onRecovery: (lost: number) => void = () => {}) {
    this.#fd = isTTY ? openTerminal(fd) : fd
    this.#onRecovery = onRecovery
  }

  /** Writes one or more whole lines, now or when the reader has room. */
  write (text: string): void {
    const bytes = Buffer.from(text)
    if (this.#waitingBytes + bytes.length > MAX_WAITING) {
      this.#lost++
    } else {
      this.#waiting.push(bytes)
      this.#waitingBytes += bytes.length
    }
    if (!this.#retry) this.#flush()
  }

  /** Resolves when nothing waits for a slow reader any more, or after `timeoutMs`. */
  async end (timeoutMs: number): Promise<void> {
    const deadline = monotonic() + timeoutMs
    while (this.#retry && monotonic() < deadline) await sleep(RETRY)
  }

  #flush () {
    this.#retry = undefined
    try {
      for (let [first] = this.#waiting; first; [first] = this.#waiting) this.#written(first, writeSync(this.#fd, first))
    } catch (error) {
      if (isBusy(error)) this.#retry = setTimeout(() => this.#flush(), RETRY).unref()
      else this.#drop()
      return
    }
    const lost = this.#lost
    this.#lost = 0
    if (lost > 0) this.#onRecovery(lost)
  }

  #written (first: Buffer, length: number) {
    this.#isTorn = length < first.length
    this.#waitingBytes -= length
    if (this.#isTorn) this.#waiting[0] = first.subarray(length)
    else this.#waiting.shift()
  }

  /** Drops what waits, except the rest of a torn line: without it, the next line would continue that one. */
  #drop () {
    const dropped = this.#waiting.splice(this.#isTorn ? 1 : 0)
    for (const { length } of dropped) this.#waitingBytes -= length
    this.#lost += dropped.length
  }
}
