import { lstat, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { decode } from './decode.ts'

/** What the file is called where nobody says; the first that is there counts. */
export const DEFAULT_FILES = ['dockstat.yaml', 'dockstat.yml']

export interface Location {
  /** Path as the user gave it, for messages. */
  name: string
  path: string
}

const codeOf = (error: unknown) => error instanceof Error && 'code' in error ? error.code : null

/** Whether something stands at a path, even what cannot be read, or a link to nothing. */
const exists = (path: string) => lstat(path).then(() => true, error => codeOf(error) !== 'ENOENT')

/**
 * Where the configuration file is: where it is named, else `dockstat.yaml` or `dockstat.yml` in the working directory.
 * @returns null when none was named and the working directory has none
 */
export async function locate (named: string | undefined, cwd: string): Promise<Location | null> {
  if (named !== undefined) return { name: named, path: resolve(cwd, named) }
  for (const name of DEFAULT_FILES) {
    const path = resolve(cwd, name)
    if (await exists(path)) return { name, path }
  }
  return null
}

const FOLDER = 'it is a folder. Docker makes one where a bind mount names a file that does not exist on the host: ' +
  'remove the folder there, create the file, and create the container again'

/** Why a file cannot be read, for people. */
async function obstacle (path: string, error: unknown): Promise<string> {
  if (codeOf(error) === 'EISDIR') return FOLDER
  const isLink = codeOf(error) === 'ENOENT' && await exists(path)
  return isLink ? 'it is a link to a file that does not exist' : messageOf(error)
}

/**
 * The text of the file.
 * @throws Error that says why it cannot be read
 */
export async function read ({ path }: Location): Promise<string> {
  try {
    return decode(await readFile(path))
  } catch (error) {
    throw new Error(await obstacle(path, error), { cause: error })
  }
}
