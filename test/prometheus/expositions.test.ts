import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'
import { promtool, skip } from './promtool.ts'

const OPENMETRICS = 'application/openmetrics-text;version=1.0.0'

const awkward = containerList([
  { id: 'c1', names: ['/twin'], image: 'a"b\\c\nd' },
  { id: 'c2', names: ['/twin'] },
  { id: 'c3', names: ['/ünï-🔑'] }
])
const inspected = JSON.stringify({
  Id: 'c1',
  Name: '/twin',
  RestartCount: 2,
  State: {
    Status: 'running', StartedAt: '2026-11-23T11:00:00.123456789Z', OOMKilled: true, Health: { Status: 'healthy' }
  },
  Config: { Image: 'a"b', Labels: { 'a.b': 'first\nsecond', 'a-b': '"', 'com.docker.compose.project': 'p\\' } },
  HostConfig: { NetworkMode: 'bridge', NanoCpus: 5e8, Memory: 67108864, PidsLimit: 100 }
})

/** Starts the service with two recorded Engines, one with difficult names, and one that is unreachable. */
async function serve (t: Test) {
  const engines = await Promise.all([
    startFakeEngine(t, { containers: fixture('containers-all.json'), server: 'Docker/20.10.24+dfsg1 (linux)' }),
    startFakeEngine(t, { containers: fixture('v28/containers-all.json') }),
    startFakeEngine(t, { containers: awkward, details: { c1: inspected }, stats: { c3: fixture('stats-blkio.json') } })
  ])
  const yaml = `
mintimeout: 60000
metrics: { profile: cadvisor }
labels: [a.b, a-b]
hosts:
  old: { url: ${engines[0]?.address} }
  "new \\\\ \\"28\\"": { url: ${engines[1]?.address} }
  ünï-🔑: { url: ${engines[2]?.address} }
  none: { url: unix:///nowhere }
`
  const { app } = await build(t, { yaml })
  await until(() => app.stats.snapshots().every(({ error, containers }) =>
    error ?? containers.every(({ limits, state, sample }) => limits && (sample || state !== 'running'))))
  return async (url: string, accept = '*/*') =>
    (await app.inject({ url, headers: { authorization: 'marked-secret', accept } })).body
}

const samplesIn = (body: string) => body.split('\n').filter(line => line && !line.startsWith('#'))

t.test('promtool accepts the text format', { skip }, async t => {
  const get = await serve(t)
  for (const url of ['/metrics', '/metrics?host=old', '/stats']) {
    const text = await get(url, 'text/plain;version=0.0.4')
    t.equal(await promtool(['check', 'metrics'], text), '', url)
    const series = samplesIn(text).map(line => line.slice(0, line.lastIndexOf(' ')))
    t.equal(new Set(series).size, series.length, 'no duplicate series')
  }
})

t.test('Prometheus reads every sample from OpenMetrics', { skip }, async t => {
  const get = await serve(t)
  for (const url of ['/metrics', '/metrics?host=old']) {
    const body = await get(url, OPENMETRICS)
    const cwd = folder(t)
    const file = join(cwd, 'metrics')
    writeFileSync(file, body.replace(/^[^#\n].*$/gm, '$& 1700000000'))
    const blocks = await promtool(['tsdb', 'create-blocks-from', 'openmetrics', file, join(cwd, 'blocks')])
    const [, numbers = ''] = blocks.trim().split('\n')
    t.equal(numbers.split(/\s{2,}/)[6], String(samplesIn(body).length), blocks)
  }
})
