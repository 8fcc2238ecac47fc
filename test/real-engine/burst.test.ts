import pMap from 'p-map'
import t from 'tap'
import { until } from '../support/until.ts'
import { container, docker, isEmulated, isPodman, skip } from './docker.ts'
import { startProxy } from './proxy.ts'
import { serve } from './service.ts'

const COUNT = isEmulated ? 3 : 100
const MOST_AT_A_TIME = 16
const ANSWERS_ON_ITS_TICK = /^(1\d|20|23\.0\.[0-7]|24\.0\.[0-6])\b/

t.setTimeout(300_000)

t.test(`samples ${COUNT} containers in every poll`, { skip }, async t => {
  const start = () => container(t, { options: ['--network', 'none'] })
  const ids = new Set(await pMap(Array(COUNT), start, { concurrency: 8 }))
  const proxy = await startProxy(t)
  const { rows, host, log, polled } = await serve(t, proxy.address)
  await until(async () => (await host()).up)
  const sampled = async () => (await rows())
    .filter(row => ids.has(row.id) && row.state === 'running' && row.cpu_usage > 0 && row.mem_usage > 0).length
  if (isEmulated) return t.ok(await until(async () => await sampled() === COUNT), 'each in some poll')
  t.equal(await sampled(), COUNT, 'all in the first poll')

  await polled()
  const asked = (what: string) =>
    [...ids].map(id => proxy.requests.filter(path => path.endsWith(`${id}/${what}`)).length)
  t.ok(Math.max(...asked('stats')) - Math.min(...asked('stats')) <= 1, 'requests the stats of each once per poll')
  t.equal(Math.max(...asked('stats')) === 0, isPodman, 'requests all stats at once only from Podman')
  t.ok(asked('json').every(times => times === 1), 'inspects each only once')
  t.notMatch(log(), /"level":[456]0/)

  const version = await docker('version', '--format', '{{.Server.Version}}')
  if (ANSWERS_ON_ITS_TICK.test(version)) t.ok(proxy.peak >= COUNT, `concurrent requests to ${version}: ${proxy.peak}`)
  else t.ok(proxy.peak <= MOST_AT_A_TIME, `${version} is not flooded: ${proxy.peak}`)
})
