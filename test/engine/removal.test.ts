import t from 'tap'
import { until } from '../until.ts'
import { container, isPodman, remove, skip } from './docker.ts'
import { asksForStats, startProxy } from './proxy.ts'
import { serve } from './service.ts'

const WARNING = /"level":[456]0/

t.test('drops a container that is removed between the list and its stats', { skip }, async t => {
  const proxy = await startProxy(t)
  const [leaving, staying] = [await container(t), await container(t)]
  proxy.before = async path => {
    if (!asksForStats(path, leaving)) return
    proxy.before = async () => {}
    await remove(leaving)
  }
  const { rows, host, log, polled } = await serve(t, proxy.address)
  await until(async () => (await host()).up)
  // Podman answers for all at once and leaves it out, without a 404: the event drops it.
  if (isPodman) await until(async () => !(await rows()).some(({ id }) => id === leaving))
  const found = await rows()
  t.ok(proxy.requests.some(path => asksForStats(path, leaving)), 'its stats were asked')
  t.notOk(found.some(({ id }) => id === leaving))
  t.ok(found.some(({ id, mem_usage: usage }) => id === staying && usage > 0))
  await polled()
  t.match(await host(), { up: true, error: null })
  t.notMatch(log(), WARNING)
})

t.test('goes on when a container is removed while its stats are collected', { skip }, async t => {
  const proxy = await startProxy(t)
  const [leaving, staying] = [await container(t), await container(t)]
  const { row, rows, host, log, polled } = await serve(t, proxy.address)
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
  t.notOk((await rows()).some(({ id }) => id === leaving))
  t.ok((await row(staying)).mem_usage > 0)
  t.match(await host(), { up: true, error: null })
  t.notMatch(log(), WARNING)
})
