import { access } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { ConfigSource } from '../config/config.ts'

const MESSAGE = 'write a template in a rule under notify'

/** Environment variables that only DockStatAPI v1 reads, and what to know instead. */
const VARIABLES: Readonly<Record<string, string>> = {
  ALLOW_LOCALHOST: 'requests from this machine need the token too',
  JSON_LOGGING: 'the log is JSON, except on a terminal',
  CUP_URL: 'the service does not look for updates of images',
  ADD_MESSAGE: MESSAGE,
  REMOVE_MESSAGE: MESSAGE,
  EXIT_MESSAGE: MESSAGE,
  ANY_MESSAGE: MESSAGE
}

/** Names of v1's configuration file, and of the one for its notifications beside it. */
const HOSTS = /^hosts\.ya?ml$/
const APPRISE = 'apprise_config.yml'

const CHANGES = 'this is a configuration of DockStatAPI v1, which still applies. What changed: requests need the ' +
  'token unless SKIP_AUTH is true, mem_usage excludes file cache, net_rx and net_tx count all interfaces, stopped ' +
  'containers have 0 instead of null, update_available is gone. See docs/upgrading.md'

/**
 * Explains what changed since DockStatAPI v1, if anything shows that the configuration was written for it.
 * @param file path of the configuration file, as the user gave it; null if there is none
 */
export async function changesSinceV1 ({ env, cwd }: ConfigSource, file: string | null): Promise<string[]> {
  const found = Object.entries(VARIABLES).filter(([name]) => env[name])
    .map(([name, advice]) => `${name}: has no effect since v2: ${advice}`)
  const path = resolve(cwd, file ?? '.')
  const isV1 = found.length > 0 || HOSTS.test(basename(path))
  if (file !== null && await access(join(dirname(path), APPRISE)).then(() => true, () => false)) {
    found.push(`${APPRISE}: has no effect since v2: write a rule under notify for each URL`)
  }
  return isV1 ? [`${file ?? 'environment'}: ${CHANGES}`, ...found] : found
}
