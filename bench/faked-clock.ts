import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const LIBRARIES = '/usr/lib'

/** The path where Debian's package `faketime` installs libfaketime; undefined if it is not installed. */
export const library = readdirSync(LIBRARIES)
  .map(folder => join(LIBRARIES, folder, 'faketime/libfaketime.so.1'))
  .find(path => existsSync(path))

/** Sets the system clock of another process while it runs, but not its monotonic clock. */
export class FakedClock {
  readonly #file: string

  /** @param folder for the file that libfaketime reads the offset from */
  constructor (folder: string) {
    this.#file = join(folder, 'clock')
    this.set(0)
  }

  /** Environment variables for the start of the process. */
  get env (): NodeJS.ProcessEnv {
    return {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      NO_FAKE_STAT: '1', // faking stat takes a lock, which a killed ssh would never release
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1' // the name in older versions
    }
  }

  /** @param hours ahead of the true time */
  set (hours: number): void {
    writeFileSync(this.#file, `${hours < 0 ? '-' : '+'}${Math.abs(hours) * 3600}s\n`)
  }
}
