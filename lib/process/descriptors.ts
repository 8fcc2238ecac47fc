import { readFile } from 'node:fs/promises'

/** Descriptors reserved for the listener, its clients, log files and Node.js itself. */
const RESERVE = 64

/** The part of the reserve that clients cannot use: 22 after startup, plus the next log file. */
const OWN = 24

/** Connections that an Engine needs for polls and events. With fewer, it is only polled. */
const POLLS_AND_EVENTS = 2

/** What the connections to one Engine can use. */
export interface HostDescriptors {
  /** Descriptors per connection. */
  each: number
  /** Descriptors of all connections, a multiple of `each`. */
  most: number
}

export interface Wanted {
  /** In the order of the configuration. */
  hosts: readonly HostDescriptors[]
  /** Maximum number of client connections. */
  clients: number
  /** Descriptors of an open database. */
  files?: number
}

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

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

/** Shares `left` equally, in whole connections; what one host cannot use goes to the others. */
function hostShares (left: number, hosts: readonly HostDescriptors[]): number[] {
  const shares = hosts.map(() => 0)
  let needed = 0
  const polled = [...hosts.entries()].filter(([, { each }]) => (needed += each) <= left)
  polled.sort(([, a], [, b]) => a.most - b.most)
  for (const [position, [index, { each, most }]] of polled.entries()) {
    const equal = Math.ceil(left / (polled.length - position))
    const share = Math.min(most, Math.max(each, equal - equal % each))
    shares[index] = share
    left -= share
  }
  return shares
}

/**
 * Divides the descriptors that the service does not need itself: how many the connections to each Engine may use, and
 * how many clients may be connected, which is what the Engines leave. If there are too few for a connection to every
 * host, the first hosts get one connection each and the others none.
 * @param limit of open files; null for unlimited
 */
export function divideDescriptors (limit: number | null, { hosts, clients, files = 0 }: Wanted) {
  if (limit === null) return { hosts: hosts.map(({ most }) => most), clients }
  const rest = limit - files
  const shares = hostShares(rest - reserveOf(rest), hosts)
  return { hosts: shares, clients: Math.min(clients, Math.max(1, rest - OWN - sum(shares))) }
}

/** What the hosts lack; null if nothing. */
function lackOfHosts (shares: readonly number[], hosts: readonly HostDescriptors[]): string | null {
  const countOf = (isShort: (host: HostDescriptors, share: number) => boolean) =>
    hosts.filter((host, index) => isShort(host, Number(shares[index]))).length
  const short = countOf(({ most }, share) => share < most)
  if (short === 0) return null
  const without = countOf((_host, share) => share === 0)
  const what = without > 0
    ? `nothing for ${without} of ${hosts.length} hosts: the last hosts in the configuration are not polled`
    : `${short} of ${hosts.length} hosts fewer connections than they can use: polls may be slow`
  return countOf(({ each }, share) => share < POLLS_AND_EVENTS * each) > 0 ? `${what}, and events are missed` : what
}

/** The warning if the limit leaves hosts or clients less than they can use; null if it suffices. */
export function shortageWarning (limit: number | null, wanted: Wanted): string | null {
  const { hosts, clients } = divideDescriptors(limit, wanted)
  const lacks = [lackOfHosts(hosts, wanted.hosts)].filter(lack => lack !== null)
  if (clients < wanted.clients) {
    lacks.push(`clients only ${clients} of the ${wanted.clients} connections that server.limits.connections allows`)
  }
  if (lacks.length === 0) return null
  const enough = sum(wanted.hosts.map(({ most }) => most)) + Math.max(RESERVE, OWN + wanted.clients) +
    (wanted.files ?? 0)
  return `The limit of ${limit} open files leaves ${lacks.join('; it leaves ')}. ` +
    `Raise the limit to ${enough}: ulimit -n ${enough}, LimitNOFILE=${enough} (systemd) or ` +
    `--ulimit nofile=${enough} (docker)`
}
