import { access } from 'node:fs/promises'
import { resolve } from 'node:path'

export const DEFAULT_FILE = 'dockstat.yaml'

export interface Location {
  /** Path as the user gave it, for messages. */
  name: string
  path: string
}

/**
 * Where the configuration file is: `--config`, else `DOCKSTAT_CONFIG`, else `dockstat.yaml` in the working directory.
 * @returns null when none was named and the working directory has none
 */
export async function locate (named: string | undefined, cwd: string): Promise<Location | null> {
  const name = named ?? DEFAULT_FILE
  const path = resolve(cwd, name)
  if (named !== undefined) return { name, path }
  return await access(path).then(() => ({ name, path }), () => null)
}
