import t from 'tap'
import { timingOf } from '../../../lib/collector/timing.ts'
import { Watch } from '../../../lib/collector/watch.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { startFakeEngine } from '../../fake-engine.ts'
import { until } from '../../until.ts'

t.test('an event that is sent twice is told once', async t => {
  const fake = await startFakeEngine(t)
  const engine = new EngineClient({ address: fake.address })
  const told: string[] = []
  const watch = new Watch({
    engine,
    timing: { ...timingOf(10, 1000), retryFirst: 10 },
    onEvent: ({ action }) => told.push(action),
    onGap () {},
    onLost () {}
  })
  t.teardown(async () => {
    await watch.stop()
    await engine.close()
  })
  watch.start(0)
  const line = (timeNano: number, Action: string) =>
    `${JSON.stringify({ Type: 'container', Action, Actor: { ID: 'aa' }, timeNano })}\n`
  const send = (text: string) => { for (const stream of fake.streams) stream.write(text) }
  await until(() => fake.streams.size === 1)
  send(line(1e18, 'start') + line(1e18, 'start') + line(2e18, 'die'))
  await until(() => told.length === 2)
  for (const stream of fake.streams) stream.end()
  await until(() => fake.requests.filter(request => request.includes('since=1999999999')).length === 1)
  await until(() => fake.streams.size === 1)
  const many = Array.from({ length: 300 }, (_, index) => line(3e18 + index * 1e9, 'pause'))
  send(line(1e18, 'start') + line(2e18, 'die') + many.join('') + line(4e18, 'unpause'))
  await until(() => told.includes('unpause'))
  t.strictSame(told.filter(action => action !== 'pause'), ['start', 'die', 'unpause'])
  t.equal(told.length, 303)
})
