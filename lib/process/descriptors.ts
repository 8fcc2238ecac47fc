import { readFile } from 'node:fs/promises'

/** File descriptors kept for the listener, its clients, log files and what Node.js itself has open. */
const RESERVE = 64

/** Those of them that are no client's: 22 after a start, and the next log file. */
const OWN = 24

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

const reserveOf = (limit: number) => Math.min(RESERVE, Math.ceil(limit / 2))

/**
 * How many file descriptors the connections to each Engine may take: equal shares of what the service does not need
 * itself, at least 1 for as many as there are, and 0 for the others.
 * @param limit of open files; null where there is none
 * @param wanted the most that one Engine has a use for
 */
export function descriptorShares (limit: number | null, hosts: number, wanted: number): number[] {
  const left = limit === null ? Infinity : limit - reserveOf(limit)
  const share = Math.min(wanted, Math.max(1, Math.floor(left / hosts)))
  return Array.from({ length: hosts }, (_, index) => index < left ? share : 0)
}

/**
 * How many clients may be connected: as many as the Engines leave descriptors for, and no more than `wanted`.
 * @param limit of open files; null where there is none
 * @param taken by connections to Engines, at most
 */
export function clientShare (limit: number | null, taken: number, wanted: number): number {
  return limit === null ? wanted : Math.min(wanted, Math.max(1, limit - OWN - taken))
}

/** The warning for a limit that leaves an Engine less than `wanted`; null where it leaves enough. */
export function shortageWarning (limit: number | null, hosts: number, wanted: number): string | null {
  const shares = descriptorShares(limit, hosts, wanted)
  const [share = wanted] = shares
  if (share >= wanted) return null
  const enough = RESERVE + hosts * wanted
  const without = shares.filter(share => share === 0).length
  const what = without > 0
    ? `nothing for ${without} of ${hosts} hosts: the last in the configuration are not polled`
    : `each host ${share} of the ${wanted} that it may use: polls may be slow`
  const effect = share < POLLS_AND_EVENTS ? `${what}, and events missing` : what
  return `the limit of ${limit} open files leaves ${effect}. ` +
    `Allow ${enough} open files: ulimit -n ${enough}, LimitNOFILE=${enough} (systemd) or ` +
    `--ulimit nofile=${enough} (docker)`
}
