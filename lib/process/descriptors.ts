import { readFile } from 'node:fs/promises'

/** File descriptors kept for the listener, its clients, log files and what Node.js itself has open. */
const RESERVE = 64

/** Below this, an Engine has no connection for its events. */
const POLLS_AND_EVENTS = 2

/**
 * How many files this process may have open.
 * @param limits text of `/proc/self/limits`
 * @returns the soft limit; null where there is none
 */
export function openFilesLimit (limits: string): number | null {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  return soft === undefined ? null : Number(soft)
}

/**
 * The limit of this process.
 * @param file of its limits, which only Linux has
 * @returns null where there is none
 */
export async function readOpenFilesLimit (file = '/proc/self/limits'): Promise<number | null> {
  return openFilesLimit(await readFile(file, 'utf8').catch(() => ''))
}

/**
 * How many file descriptors the connections to each Engine may take: equal shares of what the service does not need
 * itself, at least 1.
 * @param limit of open files; null where there is none
 * @param wanted the most that one Engine has a use for
 */
export function descriptorShare (limit: number | null, hosts: number, wanted: number): number {
  if (limit === null) return wanted
  const reserve = Math.min(RESERVE, Math.ceil(limit / 2))
  return Math.min(wanted, Math.max(1, Math.floor((limit - reserve) / hosts)))
}

/** The warning for a limit that leaves each Engine less than `wanted`; null where it leaves enough. */
export function shortageWarning (limit: number | null, hosts: number, wanted: number): string | null {
  const share = descriptorShare(limit, hosts, wanted)
  if (share >= wanted) return null
  const enough = RESERVE + hosts * wanted
  const effect = share < POLLS_AND_EVENTS ? 'polls may be slow, and events missing' : 'polls may be slow'
  return `the limit of ${limit} open files leaves each host ${share} of the ${wanted} that it may use: ${effect}. ` +
    `Allow ${enough} open files: ulimit -n ${enough}, LimitNOFILE=${enough} (systemd) or ` +
    `--ulimit nofile=${enough} (docker)`
}
