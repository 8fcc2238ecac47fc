import t from 'tap'
import { timingOf } from '../../../lib/collector/timing.ts'
import { Watch } from '../../../lib/collector/watch.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { startFakeEngine } from '../../support/fake-engine.ts'
import { until } from '../../support/until.ts'

t.test('reports an event that is sent twice only once', async t => {
  const fake = await startFakeEngine(t)
  const engine = new EngineClient({ address: fake.address })
  const seen: string[] = []
  const watch = new Watch({
    engine,
    timing: { ...timingOf(10, 1000), retryFirst: 10 },
    onEvent: ({ action }) => seen.push(action),
    onGap () {},
    onSteady () {},
    onFailure () {}
  })
  t.teardown(async () => {
    await watch.stop()
    await engine.close()
  })
  await watch.start(0)
  const line = (seconds: number, Action: string) =>
    `${JSON.stringify({ Type: 'container', Action, Actor: { ID: 'aa' }, timeNano: (1e9 + seconds) * 1e9 })}\n`
  const send = (text: string) => { for (const stream of fake.streams) stream.write(text) }
  await until(() => fake.streams.size === 1)
  send(line(0, 'start') + line(0, 'start') + line(1, 'die'))
  await until(() => seen.length === 2)
  for (const stream of fake.streams) stream.end()
  await until(() => fake.requests.filter(request => request.includes('since=1000000000')).length === 1)
  await until(() => fake.streams.size === 1)
  const many = Array.from({ length: 300 }, (_, index) => line(2 + index / 1000, 'pause'))
  send(line(0, 'start') + line(1, 'die') + many.join('') + line(3, 'unpause'))
  await until(() => seen.includes('unpause'))
  t.strictSame(seen.filter(action => action !== 'pause'), ['start', 'die', 'unpause'])
  t.equal(seen.length, 303)
  send(line(3, 'unpause') + line(63, 'stop') + line(3, 'unpause') + line(63, 'stop') + line(64, 'kill'))
  await until(() => seen.includes('kill'))
  t.strictSame(seen.slice(303), ['stop', 'unpause', 'kill'], 'forgets events after a minute')
})
