import { lstat, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { decode } from './decode.ts'

/** Used if no file is named; the first that exists wins. */
export const DEFAULT_FILES = ['dockstat.yaml', 'dockstat.yml']

export interface Location {
  /** Path as the user gave it, for messages. */
  name: string
  path: string
}

const codeOf = (error: unknown) => error instanceof Error && 'code' in error ? error.code : null

/** Uses lstat, so that unreadable files and broken links are reported instead of skipped. */
const exists = (path: string) => lstat(path).then(() => true, error => codeOf(error) !== 'ENOENT')

/** Finds the configuration file: the named one, or the first of DEFAULT_FILES in the working directory, or null. */
export async function locate (named: string | undefined, cwd: string): Promise<Location | null> {
  if (named !== undefined) return { name: named, path: resolve(cwd, named) }
  for (const name of DEFAULT_FILES) {
    const path = resolve(cwd, name)
    if (await exists(path)) return { name, path }
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

/** Reads the file; the error explains why it cannot be read. */
export async function read ({ path }: Location): Promise<string> {
  try {
    return decode(await readFile(path))
  } catch (error) {
    throw new Error(await obstacle(path, error), { cause: error })
  }
}
