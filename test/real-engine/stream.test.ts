import t from 'tap'
import { build } from '../support/build.ts'
import { containersOf, openEvents } from '../support/event-stream.ts'
import { listenOn } from '../support/raw.ts'
import { until } from '../support/until.ts'
import { address, container, docker, skip } from './docker.ts'

t.test('streams containers that start, stop and leave', { skip }, async t => {
  const { app } = await build(t, { yaml: `mintimeout: 200\nhosts: { real: { url: '${address}' } }` })
  const events = await openEvents(t, `http://127.0.0.1:${await listenOn(app)}/stream`)
  const find = (id: string) => containersOf(events.all).real?.find(row => row.id === id)
  const id = await container(t)
  await until(() => find(id)?.state === 'running')
  await until(() => (find(id)?.memory as { usageBytes?: number }).usageBytes)
  await docker('stop', '--time', '0', id)
  await until(() => find(id)?.state === 'exited')
  await docker('start', id)
  await until(() => find(id)?.state === 'running')
  await docker('rm', '--force', id)
  await until(() => find(id) === undefined)
  t.equal(events.all.filter(({ event }) => event === 'snapshot').length, 1)
  const told = () => events.all.filter(({ event, data }) => event === 'transition' && data.container?.id === id)
    .map(({ data }) => data.action)
  await until(() => told().length >= 6)
  t.strictSame(told(), ['create', 'start', 'die', 'start', 'die', 'destroy'])
  t.match(events.all.findLast(({ event }) => event === 'update')?.data.host, { host: 'real', up: true })
})
