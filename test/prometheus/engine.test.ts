import t from 'tap'
import { build } from '../support/build.ts'
import { address, container, skip as noEngine } from '../real-engine/docker.ts'
import { until } from '../support/until.ts'
import { promtool, skip as noPromtool } from './promtool.ts'

t.setTimeout(120_000)

t.test('promtool accepts the metrics of a real Engine', { skip: noEngine || noPromtool }, async t => {
  const ids = await Promise.all([
    container(t, { options: ['--memory', '64m', '--cpus', '0.5', '--pids-limit', '50', '--label', 'team=a "b"\\c'] }),
    container(t, { options: ['--network', 'host'] }),
    container(t, { verb: 'create' })
  ])
  const { app } = await build(t, { yaml: `labels: [team]\nhosts: { real: { url: '${address}' } }` })
  const ours = () => app.stats.snapshots().flatMap(({ containers }) => containers).filter(({ id }) => ids.includes(id))
  await until(() => ours().length === 3 && ours().every(({ limits, state, sample }) =>
    limits && (sample || state === 'created')))
  const { body } = await app.inject({ url: '/metrics', headers: { authorization: 'marked-secret' } })
  t.equal(await promtool(['check', 'metrics'], body), '')
  for (const [name, value] of [['memory_limit_bytes', 64 * 2 ** 20], ['cpu_limit_cores', 0.5], ['pids_limit', 50]]) {
    const lines = body.split('\n').filter(line => line.startsWith(`docker_container_${name}{`))
    t.ok(lines.some(line => line.endsWith(` ${value}`)), lines.join('\n'))
  }
  t.match(body, 'container_label_team="a \\"b\\"\\\\c"')
})
