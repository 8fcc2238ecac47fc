import { closeSync } from 'node:fs'
import { isatty } from 'node:tty'

/**
 * Notes which standard streams are terminals. Returns a function that closes those whose terminal is gone, to be called
 * at exit: Node.js 20 would abort, because it cannot restore the settings of the terminal (nodejs/node#51519).
 */
export function noteTerminals (): () => void {
  const terminals = [0, 1, 2].filter(fd => isatty(fd))
  return () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd)
  }
}
