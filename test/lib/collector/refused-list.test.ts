import t from 'tap'
import { startCollector } from '../../support/collector.ts'
import { containerList, type FakeEngine } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

const refuses: FakeEngine['handler'] = (request, response) =>
  request.url?.includes('/containers/json') && response.writeHead(403).end()

t.test('a host that refuses its first list is down, but stays up if it refuses a later one', async t => {
  const { collector, fake } = await startCollector(t, {
    containers: containerList([{ id: 'aa' }]), timing: { resync: 50 }
  })
  fake.handler = refuses
  await until(() => collector.snapshot.up === false)
  t.match(collector.snapshot.error, { code: 'ENGINE_FORBIDDEN' })
  fake.handler = null
  await until(() => collector.snapshot.up)
  fake.handler = refuses
  await until(() => collector.snapshot.problems.length > 0)
  t.match(collector.snapshot, { up: true, problems: [{ what: 'list', code: 'ENGINE_FORBIDDEN' }] })
})
