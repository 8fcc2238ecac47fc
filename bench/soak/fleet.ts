/**
 * Runs the fake hosts of the soak. Arguments: a folder for sockets, the seed. Sends the addresses to its parent. On
 * `storm` the first half of the hosts start to switch faults at random, on `calm` all faults end, and `report` returns
 * how often each fault began.
 */
import { join } from 'node:path'
import { createRandom } from '../random.ts'
import { faults } from './faults.ts'
import { FakeHost } from './host.ts'

const HOSTS = 20
const FAULTY = HOSTS / 2
/** Minimum and maximum time that a host stays healthy, and that a fault lasts, milliseconds. */
const WELL = [5000, 30_000] as const
const ILL = [3000, 25_000] as const
/** Milliseconds between two containers that stop or start on any host. */
const CHURN = 500

const [,, folder = '.', seed = '1'] = process.argv
const random = createRandom(Number(seed))
const between = ([least, most]: readonly [number, number]) => least + random() * (most - least)
const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]

const hosts = Array.from({ length: HOSTS }, (_, index) => new FakeHost({
  name: `host${index}`,
  engine: index % 4 === 3 ? 'Docker/20.10.24 (linux)' : 'Docker/28.5.2 (linux)',
  count: 4 + index % 9,
  path: index % 2 === 0 ? join(folder, `${index}.sock`) : null
}))
const timers = new Map<FakeHost, NodeJS.Timeout>()
const counts: Record<string, number> = {}
let churn: NodeJS.Timeout | undefined

function fallIll (host: FakeHost) {
  const [name = '', create] = pick(Object.entries(faults)) ?? []
  counts[name] = (counts[name] ?? 0) + 1
  host.turn(create?.() ?? null)
  timers.set(host, setTimeout(recover, between(ILL), host))
}

function recover (host: FakeHost) {
  host.turn(null)
  timers.set(host, setTimeout(fallIll, between(WELL), host))
}

function storm () {
  for (const host of hosts.slice(0, FAULTY)) timers.set(host, setTimeout(fallIll, random() * WELL[0], host))
  churn = setInterval(() => {
    const host = pick(hosts)
    const container = host && pick(host.containers)
    if (container) host.toggle(container)
  }, CHURN)
}

function calm () {
  clearInterval(churn)
  for (const timer of timers.values()) clearTimeout(timer)
  for (const host of hosts) {
    host.turn(null)
    for (const container of host.containers) if (!container.isRunning) host.toggle(container)
  }
}

process.on('message', message => {
  if (message === 'storm') storm()
  if (message === 'calm') calm()
  if (message === 'report') process.send?.({ counts })
})
process.on('disconnect', () => process.exit())

await Promise.all(hosts.map(host => host.listen()))
process.send?.({ addresses: hosts.map(({ address }) => address), faulty: FAULTY })
