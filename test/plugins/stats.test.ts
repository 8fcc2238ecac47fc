import t from 'tap'
import { build } from '../build.ts'
import { containerList, startFakeEngine } from '../fake-engine.ts'
import { until } from '../until.ts'

t.test('two hosts that are one Engine are both kept, and told once', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const hosts = ['socket', 'again'].map(name => `  ${name}:\n    url: ${fake.address}\n`)
  const { app, log } = await build(t, { yaml: `hosts:\n${hosts.join('')}` })
  await until(() => app.stats.snapshots().every(({ up }) => up))
  t.match(app.stats.snapshots(), [{ host: 'socket', containers: [{ id: 'aa' }] }, { containers: [{ id: 'aa' }] }])
  await until(() => log().includes('are one Engine'))
  t.equal(log().split('hosts again and socket are one Engine').length, 2)
})
