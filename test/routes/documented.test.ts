import t from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { until } from '../support/until.ts'

/** Recorded responses, by container. */
const recorded = {
  a1: 'v28/stats-one-shot.json',
  a2: 'stats-blkio.json',
  a3: 'stats-host.json',
  a4: 'stats-none.json',
  a5: 'stats-paused.json',
  a6: 'stats-share.json',
  a7: 'cgroup2/stats-io.json',
  a8: 'cgroup2/stats-mem.json',
  a9: 'cgroup2/stats-two.json'
}

const containers = containerList([
  { id: 'a1', labels: { 'dockstat.tags': 'x,y' } },
  { id: 'a2' },
  { id: 'a3', networkMode: 'host' },
  { id: 'a4', networkMode: 'none' },
  { id: 'a5', state: 'paused' },
  { id: 'a6', networkMode: 'container:a1' },
  { id: 'a7' },
  { id: 'a8' },
  { id: 'a9' },
  { id: 'b1', state: 'exited' },
  { id: 'b2', state: 'created' }
])

t.test('the documented endpoints return the recorded bytes for a healthy Engine', async t => {
  const stats = Object.fromEntries(Object.entries(recorded).map(([id, file]) => [id, fixture(file)]))
  const fake = await startFakeEngine(t, { stats, containers })
  const yaml = `mintimeout: 200\nhosts: { a: { url: '${fake.address}' } }\n` +
    "container: { a2: { link: 'https://x.y', icon: z, tags: 'p' } }\ntags: { p: red }"
  const { app } = await build(t, { yaml })
  await until(() => app.stats.snapshots()[0]?.containers[0]?.sample?.rxBytesDelta === 0)
  const answers: string[] = []
  for (const url of ['/stats', '/hosts', '/status', '/config']) {
    const { body } = await app.inject({ url, headers: { authorization: 'marked-secret' } })
    const steady = body.replace(/"lastSeen":"[^"]*"/, '"lastSeen":"T"').replace(fake.address, 'unix://SOCKET')
    answers.push(`${url}\n${steady}\n`)
  }
  t.equal(answers.join(''), fixture('documented-answers.txt'))
})
