/**
 * Asks all replicas for one host after the other, until each answers with the next poll. Argument (JSON): `urls`,
 * `token` and `count`, how many hosts to follow. Replies with the lags: milliseconds from the end of a poll until a
 * replica that did not make it had answered with its result. The replica that is the first made the poll.
 */
import { setTimeout as sleep } from 'node:timers/promises'

const { urls, token, count } = JSON.parse(process.argv[2] ?? '{}')

/** Milliseconds between two rounds of requests; lags are at most this much, and a request, too long. */
const PAUSE = 5

interface HostAnswer {
  lastSeen: string
}

async function ask<T> (url: string): Promise<T> {
  const answer = await fetch(url, { headers: { authorization: token } })
  return await answer.json() as T
}

/** Milliseconds since the epoch at which the last poll of a host ended, as a replica tells. */
const polledAt = async (url: string, host: string) =>
  Date.parse((await ask<HostAnswer>(`${url}/hosts/${host}`)).lastSeen)

/** Resolves with the lag when a replica answers with a later poll than the one that ended at `last`. */
async function lagOf (url: string, host: string, last: number): Promise<number> {
  for (;;) {
    const at = await polledAt(url, host)
    if (at > last) return Date.now() - at
    await sleep(PAUSE)
  }
}

async function follow (host: string): Promise<number[]> {
  const last = Math.max(...await Promise.all(urls.map((url: string) => polledAt(url, host))))
  const lags = await Promise.all(urls.map((url: string) => lagOf(url, host, last)))
  return lags.toSorted((a, b) => a - b).slice(1)
}

/** The hosts to follow, spread over the interval, in the order in which they will be polled. */
async function dueHosts (): Promise<string[]> {
  const hosts = Object.entries(await ask<Record<string, HostAnswer>>(`${urls[0]}/hosts`))
    .sort(([, a], [, b]) => a.lastSeen < b.lastSeen ? -1 : 1)
  return Array.from({ length: count }, (_, index) => String(hosts[Math.floor(index * hosts.length / count)]?.[0]))
}

const lags: number[] = []
for (const host of await dueHosts()) lags.push(...await follow(host))
process.send?.(lags)
process.on('disconnect', () => process.exit())
