import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { ConfigError, type Config } from '../../lib/config/config.ts'
import { loadConfig } from '../../lib/config/load.ts'
import { folder } from './folder.ts'

export interface Given {
  /** Files in the working directory, by name. */
  files?: Record<string, string>
  env?: NodeJS.ProcessEnv
  /** The path given with --config. */
  file?: string
}

/** Loads a configuration in a temporary folder. */
export function load (t: Test, { files = {}, env = {}, file }: Given): Promise<Config> {
  const cwd = folder(t)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  return loadConfig({ env, cwd, file })
}

export const loadYaml = (t: Test, yaml: string, env: NodeJS.ProcessEnv = {}) =>
  load(t, { files: { 'dockstat.yaml': yaml }, env })

/** Returns the problems of a configuration that must be rejected. */
export async function problemsOf (t: Test, loading: Promise<Config>): Promise<readonly string[]> {
  const error: unknown = await loading.then(() => null, error => error)
  if (!(error instanceof ConfigError)) throw new Error('this configuration should have been rejected', { cause: error })
  t.equal(error.message, error.problems.join('\n'))
  return error.problems
}
