import { lstat, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../errors.ts'
import { decode } from './decode.ts'

/** Used if no file is named; the first that exists wins. */
const DEFAULT_FILES = ['dockstat.yaml', 'dockstat.yml']

/** Milliseconds to read a file, which can be a pipe such as `/dev/stdin`. */
const DEADLINE = 5000

export interface Location {
  /** Path as the user gave it, for messages. */
  name: string
  path: string
}

const codeOf = (error: unknown) => error instanceof Error && 'code' in error ? error.code : null

/** Uses lstat, so that unreadable files and broken links are reported instead of skipped. */
const exists = (path: string) => lstat(path).then(() => true, error => codeOf(error) !== 'ENOENT')

/** Where the configuration file can be: as named, or one of DEFAULT_FILES in the working directory. */
export const locationsOf = (named: string | undefined, cwd: string): Location[] =>
  (named === undefined ? DEFAULT_FILES : [named]).map(name => ({ name, path: resolve(cwd, name) }))

/** Finds the configuration file: the named one, or the first default one that exists, or null. */
export async function locate (named: string | undefined, cwd: string): Promise<Location | null> {
  for (const location of locationsOf(named, cwd)) {
    if (named !== undefined || await exists(location.path)) return location
  }
  return null
}

const FOLDER = 'it is a folder. Docker creates one if a bind mount names a file that does not exist on the host: ' +
  'remove the folder there, create the file and recreate the container'

async function obstacle (path: string, error: unknown): Promise<string> {
  if (codeOf(error) === 'EISDIR') return FOLDER
  const isLink = codeOf(error) === 'ENOENT' && await exists(path)
  return isLink ? 'it is a link to a file that does not exist' : messageOf(error)
}

async function tooLate (): Promise<never> {
  await sleep(DEADLINE, undefined, { ref: false })
  throw new Error(`it takes longer than ${DEADLINE} ms; is it a pipe that stays open?`)
}

/** Reads the file; the error explains why it cannot be read. */
export async function read ({ path }: Location): Promise<string> {
  try {
    return decode(await Promise.race([readFile(path), tooLate()]))
  } catch (error) {
    throw new Error(await obstacle(path, error), { cause: error })
  }
}
