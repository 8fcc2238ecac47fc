import t from 'tap'
import { until } from '../support/until.ts'
import { container, isEmulated, isPodman, remove, skip } from './docker.ts'
import { asksForStats, startProxy } from './proxy.ts'
import { serve, type Service } from './service.ts'

const WARNING = /"level":[456]0/

/** Also the timeout of stats calls, within 2 to 8 s, which must outlast the removal that the test waits for. */
const INTERVAL = isEmulated ? 8000 : 100

/** Podman returns all stats at once, without a 404 for a removed container, so wait for the event that drops it. */
async function rowsWithout (id: string, { rows }: Service) {
  if (isPodman) await until(async () => !(await rows()).some(row => row.id === id))
  return await rows()
}

t.test('drops a container that is removed between the list and its stats', { skip }, async t => {
  const proxy = await startProxy(t)
  const [leaving, staying] = [await container(t), await container(t)]
  proxy.before = async path => {
    if (!asksForStats(path, leaving)) return
    proxy.before = async () => {}
    await remove(leaving)
  }
  const service = await serve(t, proxy.address, INTERVAL)
  const { host, log, polled } = service
  await until(async () => (await host()).up)
  const found = await rowsWithout(leaving, service)
  t.ok(proxy.requests.some(path => asksForStats(path, leaving)), 'its stats were requested')
  t.notOk(found.some(({ id }) => id === leaving))
  t.ok(found.some(({ id, mem_usage: usage }) => id === staying && usage > 0))
  await polled()
  t.match(await host(), { up: true, error: null })
  t.notMatch(log(), WARNING)
})

t.test('continues if a container is removed while its stats are collected', { skip }, async t => {
  const proxy = await startProxy(t)
  const [leaving, staying] = [await container(t), await container(t)]
  const service = await serve(t, proxy.address, INTERVAL)
  const { row, host, log, polled } = service
  await row(leaving)
  const removed = new Promise(resolve => {
    proxy.before = async path => {
      if (!asksForStats(path, leaving)) return
      proxy.before = async () => {}
      resolve(remove(leaving))
    }
  })
  await removed
  await polled()
  t.notOk((await rowsWithout(leaving, service)).some(({ id }) => id === leaving))
  t.ok((await row(staying)).mem_usage > 0)
  t.match(await host(), { up: true, error: null })
  t.notMatch(log(), WARNING)
})
