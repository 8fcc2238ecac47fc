import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LIBRARIES = '/usr/lib'

/** Path of libfaketime, as Debian's package `faketime` installs it; undefined where it is not installed. */
export const library = readdirSync(LIBRARIES)
  .map(folder => join(LIBRARIES, folder, 'faketime/libfaketime.so.1'))
  .find(path => existsSync(path))

/** The system clock of another process, which can be set while that runs. Its monotonic clock goes on as it is. */
export class FakedClock {
  readonly #file: string

  /** @param folder where the file is written that says what time it is */
  constructor (folder: string) {
    this.#file = join(folder, 'clock')
    this.set(0)
  }

  /** What the environment of the process has to have from its start. */
  get env (): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      NO_FAKE_STAT: '1', // stat takes a lock that a killed ssh would keep from the service for good
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1' // its name in older versions
    }
  }

  /** @param hours by which the clock is ahead from now on */
  set (hours: number): void {
    writeFileSync(this.#file, `${hours < 0 ? '-' : '+'}${Math.abs(hours) * 3600}s\n`)
  }
}
