import t from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

t.test('two hosts that are one Engine are both kept, and told once', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const hosts = ['socket', 'again'].map(name => `  ${name}:\n    url: ${fake.address}\n`)
  const { app, log } = await build(t, { yaml: `hosts:\n${hosts.join('')}` })
  await until(() => app.stats.snapshots().every(({ up }) => up))
  t.match(app.stats.snapshots(), [{ host: 'socket', containers: [{ id: 'aa' }] }, { containers: [{ id: 'aa' }] }])
  await until(() => log().includes('are the same Engine'))
  t.equal(log().split('Hosts again and socket are the same Engine').length, 2)
})

t.test('of what is left out no stats are asked, and nothing is inspected', async t => {
  const containers = containerList([
    { id: 'aa', names: ['/web'] },
    { id: 'bb', names: ['/db-1'] },
    { id: 'cc', image: 'ghcr.io/org/agent:1' },
    { id: 'dd', labels: { 'dockstat.ignore': 'true' } },
    { id: 'ee', labels: { team: 'edge' } }
  ])
  const [one, two] = [await startFakeEngine(t, { containers }), await startFakeEngine(t, { containers })]
  const yaml = `
mintimeout: 100
filter: { exclude: [db-*, "image:*/agent:*"] }
hosts:
  one: { url: "${one.address}" }
  two: { url: "${two.address}", filter: { include: ["label:team=edge", db-1] } }
`
  const { app } = await build(t, { yaml })
  const polls = (requests: string[]) => requests.filter(request => request.includes('/stats?')).length
  await until(() => polls(one.requests) > 4 && polls(two.requests) > 2 && one.requests.join().includes('/ee/json'))
  const shown = app.stats.snapshots().map(({ containers }) => containers.map(({ id }) => id))
  t.strictSame(shown, [['aa', 'ee'], ['ee']])
  t.notMatch(one.requests.join(), /containers\/(bb|cc|dd)\//)
  t.notMatch(two.requests.join(), /containers\/(aa|bb|cc|dd)\//)
  t.match(app.stats.snapshots()[1]?.containers, [{ labels: {} }])
})

t.test('returns the same list of snapshots until one is replaced', async t => {
  const fake = await startFakeEngine(t)
  const { app } = await build(t, { yaml: `mintimeout: 60000\nhosts: { one: { url: ${fake.address} } }` })
  await until(() => app.stats.snapshots()[0]?.up)
  const before = app.stats.snapshots()
  t.equal(app.stats.snapshots(), before)
  fake.emit('create', 'aa')
  await until(() => app.stats.snapshots() !== before)
  t.equal(before[0]?.containers.length, 0)
})
