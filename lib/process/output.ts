import { constants, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonic } from '../model/time.ts'

/** Maximum bytes to buffer for a slow reader. */
const MAX_WAITING = 1024 ** 2
/** Milliseconds between attempts to write to a slow reader. */
const RETRY = 50

const isBusy = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'EAGAIN'

/** Reopens the terminal as non-blocking: Node.js makes terminals blocking, so Ctrl-S would stop the whole process. */
function openTerminal (fd: number): number {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NOCTTY | constants.O_NONBLOCK)
  } catch {
    return fd
  }
}

/**
 * Writes lines to standard output or standard error, and never blocks or throws. It buffers lines for a slow reader,
 * and drops them if the buffer is full, the reader is gone or the disk is full.
 */
export class Output {
  readonly #fd: number
  readonly #onRecovery: (lost: number) => void
  readonly #waiting: Buffer[] = []
  #waitingBytes = 0
  /** Whether the first waiting line has been partly written. */
  #isTorn = false
  #lost = 0
  #retry: NodeJS.Timeout | undefined

  /**
   * @param stream `process.stdout` or `process.stderr`, because Node.js makes pipes non-blocking when it creates these
   * @param onRecovery called with the number of dropped lines once writing works again
   */
  constructor ({ fd, isTTY }: { fd: number, isTTY?: boolean }, onRecovery: (lost: number) => void = () => {}) {
    this.#fd = isTTY ? openTerminal(fd) : fd
    this.#onRecovery = onRecovery
  }

  /** `text` must be one or more whole lines. */
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

  /** Resolves once all buffered lines are written or dropped, or after `timeoutMs`. */
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

  /** Keeps the rest of a torn line, because otherwise the next line would continue it. */
  #drop () {
    const dropped = this.#waiting.splice(this.#isTorn ? 1 : 0)
    for (const { length } of dropped) this.#waitingBytes -= length
    this.#lost += dropped.length
  }
}
