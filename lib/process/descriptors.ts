import { readFile } from 'node:fs/promises'

/** Descriptors reserved for the listener, its clients, log files and Node.js itself. */
const RESERVE = 64

/** The part of the reserve that clients cannot use: 22 after startup, plus the next log file. */
const OWN = 24

/** Connections that an Engine needs for polls and events. With fewer, it is only polled. */
const POLLS_AND_EVENTS = 2

/** Parses the soft limit of open files from the text of `/proc/self/limits`; null if there is none. */
export function openFilesLimit (limits: string): number | null {
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? []
  return soft === undefined ? null : Number(soft)
}

/** The limit of this process; null if there is none or the system is not Linux. */
export async function readOpenFilesLimit (file = '/proc/self/limits'): Promise<number | null> {
  return openFilesLimit(await readFile(file, 'utf8').catch(() => ''))
}

const reserveOf = (limit: number) => Math.min(RESERVE, Math.ceil(limit / 2))

/**
 * How many descriptors the connections to each Engine may use: an equal share of what the service does not need itself.
 * If there are fewer descriptors than hosts, the first hosts get 1 each and the others 0.
 * @param limit of open files; null for unlimited
 * @param wanted maximum that one Engine can use
 */
export function descriptorShares (limit: number | null, hosts: number, wanted: number): number[] {
  const left = limit === null ? Infinity : limit - reserveOf(limit)
  const share = Math.min(wanted, Math.max(1, Math.floor(left / hosts)))
  return Array.from({ length: hosts }, (_, index) => index < left ? share : 0)
}

/**
 * How many clients may be connected: what the Engines leave, but at most `wanted`.
 * @param taken maximum that connections to Engines use
 */
export function clientShare (limit: number | null, taken: number, wanted: number): number {
  return limit === null ? wanted : Math.min(wanted, Math.max(1, limit - OWN - taken))
}

/** The warning if the limit leaves an Engine less than `wanted`; null if it suffices. */
export function shortageWarning (limit: number | null, hosts: number, wanted: number): string | null {
  const shares = descriptorShares(limit, hosts, wanted)
  const [share = wanted] = shares
  if (share >= wanted) return null
  const enough = RESERVE + hosts * wanted
  const without = shares.filter(share => share === 0).length
  const what = without > 0
    ? `nothing for ${without} of ${hosts} hosts: the last hosts in the configuration are not polled`
    : `each host only ${share} of the ${wanted} connections that it can use: polls may be slow`
  const effect = share < POLLS_AND_EVENTS ? `${what}, and events are missed` : what
  return `The limit of ${limit} open files leaves ${effect}. ` +
    `Raise it to ${enough}: ulimit -n ${enough}, LimitNOFILE=${enough} (systemd) or ` +
    `--ulimit nofile=${enough} (docker)`
}
