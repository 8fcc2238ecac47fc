import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { build } from '../support/build.ts'
import { until } from '../support/until.ts'
import { address, container, inspect, isEmulated, remove, skip } from './docker.ts'

interface Answer {
  cpuCores: { avg: (number | null)[] }
  memoryBytes: { avg: (number | null)[] }
  containers: { id: string, from: string, to: string }[]
}

const BUSY = ['sh', '-c', 'while :; do :; done']

t.test('has one history of a busy container that is recreated under its name', { skip }, async t => {
  const yaml = `mintimeout: ${isEmulated ? 1000 : 100}\nhosts: { real: { url: '${address}' } }`
  const { app } = await build(t, { yaml })
  const headers = { authorization: 'marked-secret' }
  const history = async (path: string) => (await app.inject({ url: `${path}/history`, headers })).json<Answer>()
  const first = await container(t, { options: ['--cpus', '0.5'], command: BUSY })
  const name = (await inspect(first)).Name.slice(1)
  const path = `/containers/real/${name}`
  const isBusy = async (of: string) => (await history(of)).cpuCores?.avg.some(cores => cores !== null && cores > 0.1)
  t.ok(await until(() => isBusy(path)))
  t.ok(await until(() => isBusy('/hosts/real')), 'the host as well')
  await remove(first)
  await sleep(1000) // so that the two can be told apart by whole seconds
  const second = await container(t, { command: BUSY, name })
  await until(async () => (await history(path)).containers.length === 2)
  const { containers, memoryBytes } = await history(path)
  t.strictSame(containers.map(({ id }) => id), [first, second])
  t.ok(Date.parse(String(containers[0]?.to)) < Date.parse(String(containers[1]?.from)))
  t.ok(memoryBytes.avg.some(bytes => bytes !== null && bytes > 0))
  t.strictSame((await history(`/containers/real/${second}`)).containers, (await history(path)).containers)
})
