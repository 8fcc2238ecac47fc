/**
 * Asks all replicas for one host after the other, until each answers with the next poll. Argument (JSON): `urls`,
 * `token` and `count`, how many hosts to follow. Replies with the lags: milliseconds from the end of a poll until a
 * replica that did not make it had answered with its result. The replica that is the first made the poll.
 */
import { setTimeout as sleep } from 'node:timers/promises'

const { urls, token, count }: { urls: string[], token: string, count: number } = JSON.parse(process.argv[2] ?? '{}')

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

/** No lags if the host has been polled again since `last`. */
async function follow (host: string, last: number): Promise<number[]> {
  const known = await Promise.all(urls.map(url => polledAt(url, host)))
  if (known.some(at => at > last)) return []
  const lags = await Promise.all(urls.map(url => lagOf(url, host, last)))
  return lags.toSorted((a, b) => a - b).slice(1)
}

/** Some hosts and when their last polls ended, spread over the interval, in the order in which they will be polled. */
async function dueHosts (): Promise<[host: string, last: number][]> {
  const hosts = Object.entries(await ask<Record<string, HostAnswer>>(`${urls[0]}/hosts`))
    .map(([host, { lastSeen }]): [string, number] => [host, Date.parse(lastSeen)])
    .sort(([, a], [, b]) => a - b)
  return hosts.filter((_, index) => index % Math.ceil(hosts.length / count) === 0)
}

const lags: number[] = []
for (const due of await dueHosts()) lags.push(...await follow(...due))
process.send?.(lags)
process.on('disconnect', () => process.exit())
