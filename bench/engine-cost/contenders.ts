import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { promisify } from 'node:util'
import { Collector } from '../../lib/collector/collector.ts'
import type { HostSnapshot } from '../../lib/model/snapshot.ts'
import { timingOf } from '../../lib/collector/timing.ts'
import { EngineClient } from '../../lib/engine/client.ts'
import type { PlainEngine } from './containers.ts'

/** There is none to read. */
const configuration = () => ({ isCurrent: true, loadedAt: 0 })

/** The defaults of `mintimeout` and `resync`, milliseconds: a list at least every twelve polls. */
const INTERVAL = 5000
const RESYNC = 12 * INTERVAL

/** A way to poll the Engine. */
export interface Contender {
  name: string
  /** Polls per round. */
  polls: number
  /** Resolves when the next poll can be measured from its start. */
  ready (): Promise<unknown>
  poll (times: number): Promise<Polls>
  close (): Promise<void>
}

export interface Polls {
  /** Total number of requests to the Engine. */
  requests: number
  /** Duration of each poll, milliseconds. */
  durations: number[]
}

/** The service's own collector, in steady state. */
export async function ours (address: string): Promise<Contender> {
  let onPoll = (_snapshot: HostSnapshot) => {}
  let lastSeen: number | null = null
  const engine = new EngineClient({ address })
  const collector = new Collector({
    host: 'engine',
    configuration,
    engine,
    timing: timingOf(INTERVAL, RESYNC),
    log: { info () {}, warn: (_fields, message) => process.stderr.write(`${message}\n`) },
    onSnapshot (snapshot) {
      if (snapshot.lastSeen === lastSeen) return
      lastSeen = snapshot.lastSeen
      onPoll(snapshot)
    }
  })
  const next = () => new Promise<HostSnapshot>(resolve => { onPoll = resolve })
  const total = ({ requests }: HostSnapshot) => Object.values(requests).reduce((sum, count) => sum + count, 0)
  collector.start()
  for (let n = 0; n < 3; n++) await next()
  return {
    name: 'DockStatAPI',
    polls: 12, // from one list to the next
    ready: next,
    async poll (times) {
      const before = total(collector.snapshot)
      const durations: number[] = []
      for (let n = 0; n < times; n++) durations.push((await next()).poll.durationMs ?? NaN)
      return { requests: total(collector.snapshot) - before, durations }
    },
    async close () {
      await collector.stop()
      await engine.close()
    }
  }
}

const run = promisify(execFile)

/** The Docker CLI. */
export async function cli (address: string): Promise<Contender> {
  const stats = (host: string) => run('docker', ['--host', host, 'stats', '--no-stream'])
  const requests = await countRequests(address, stats)
  return {
    name: '`docker stats --no-stream`',
    polls: 6,
    async ready () {},
    async poll (times) {
      const durations = await timed(times, () => stats(address))
      return { requests: requests * times, durations }
    },
    async close () {}
  }
}

/** The requests of DockStatAPI v1, which queries all containers at once. */
export function v1 (engine: PlainEngine): Contender {
  let requests = 0
  const get = <T>(path: string) => {
    requests++
    return engine.ask<T>(path)
  }
  const cycle = async () => {
    await get('/info')
    const containers = await get<Array<{ Id: string }>>('/containers/json?all=1')
    await Promise.all(containers.map(({ Id }) => get(`/containers/${Id}/stats?stream=false`)))
  }
  return {
    name: 'DockStatAPI v1\'s pattern',
    polls: 6,
    async ready () {},
    async poll (times) {
      const before = requests
      const durations = await timed(times, cycle)
      return { requests: requests - before, durations }
    },
    async close () {}
  }
}

async function timed (times: number, poll: () => Promise<unknown>): Promise<number[]> {
  const durations: number[] = []
  for (let n = 0; n < times; n++) {
    const start = performance.now()
    await poll()
    durations.push(performance.now() - start)
  }
  return durations
}

/** Counts the requests to an Engine during a call. */
async function countRequests (address: string, during: (host: string) => Promise<unknown>): Promise<number> {
  let count = 0
  const socketPath = address.replace(/^unix:\/\//, '')
  const server = createServer((incoming, outgoing) => {
    count++
    const { method, url: path, headers } = incoming
    const forwarded = request({ socketPath, method, path, headers }, answer => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders()
      answer.pipe(outgoing)
    })
    forwarded.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forwarded.destroy())
    incoming.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  await during(`tcp://127.0.0.1:${bound.port}`)
  server.close()
  server.closeAllConnections()
  return count
}
