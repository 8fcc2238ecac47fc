import t from 'tap'
import { build } from './build.ts'
import { containerList, startFakeEngine } from './fake-engine.ts'
import { until } from './until.ts'

t.test('smoke', async t => {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }, { id: 'bb', state: 'exited' }]) })
  const { app, log } = await build(t, { yaml: `hosts: { one: { url: ${engine.address} } }` })
  await until(() => app.stats.snapshots()[0]?.up)
  const response = await app.inject({ url: '/stats', headers: { authorization: 'secret' } })
  t.comment(response.body, log(), engine.requests)
  t.equal(response.statusCode, 200)
})
