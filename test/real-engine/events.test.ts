import t from 'tap'
import { until } from '../support/until.ts'
import { container, docker, skip } from './docker.ts'
import { startProxy } from './proxy.ts'
import { serve } from './service.ts'

t.test('applies container events without a list and without waiting for a poll', { skip }, async t => {
  const proxy = await startProxy(t)
  const { row, rows, host } = await serve(t, proxy.address, 60_000)
  await until(async () => (await host()).up)
  const lists = () => proxy.requests.filter(path => path.endsWith('/containers/json')).length
  const before = lists()
  const id = await container(t)
  await row(id, 'running')
  await docker('pause', id)
  await row(id, 'paused')
  await docker('unpause', id)
  await row(id, 'running')
  const name = `renamed-${id.slice(0, 12)}`
  await docker('rename', id, name)
  await until(async () => (await row(id)).name === name)
  await docker('kill', id)
  await row(id, 'exited')
  await docker('start', id)
  await row(id, 'running')
  await docker('rm', '-f', id)
  await until(async () => (await rows()).every(other => other.id !== id))
  t.equal(lists(), before, 'events were sufficient')
})
