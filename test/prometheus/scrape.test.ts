import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse, stringify } from 'yaml'
import { build } from '../support/build.ts'
import { containerList } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'
import { startMovingEngine } from './moving-engine.ts'
import { startPrometheus } from './prometheus.ts'
import { promtool, skip } from './promtool.ts'

const deploy = join(import.meta.dirname, '../../deploy')
const read = (path: string) => readFileSync(join(deploy, path), 'utf8')

/** Adapts the repository's scrape configuration to the service's address and an interval of one second. */
function configure (address: string): string {
  const config = parse(read('prometheus/prometheus.yml').replaceAll('dockstatapi:7070', address))
  const authorization = { credentials_file: 'dockstat-token' }
  const stats = {
    job_name: 'stats', metrics_path: '/stats', authorization, static_configs: [{ targets: [address] }]
  }
  const global = { scrape_interval: '1s', evaluation_interval: '1s' }
  return stringify({ ...config, global, scrape_configs: [...config.scrape_configs, stats] })
}

/** Starts an Engine, the service that polls it, and Prometheus with the repository's configuration. */
async function observe (t: Test) {
  const engine = await startMovingEngine(t)
  const yaml = `mintimeout: 500\nhosts: { nas: { url: ${engine.address} }, "out of reach": { url: unix:///nowhere } }`
  const { app } = await build(t, { yaml })
  t.teardown(() => app.server.closeAllConnections())
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await until(() => app.stats.snapshots()[0]?.containers.every(({ sample }) => sample?.cpuCores))
  const prometheus = await startPrometheus(t, {
    'prometheus.yml': configure(url.replace('http://', '')),
    'rules.yml': read('prometheus/rules.yml'),
    'dockstat-token': 'marked-secret'
  })
  return { engine, ...prometheus }
}

t.test('the rules pass their tests', { skip }, async t => {
  t.match(await promtool(['check', 'rules', join(deploy, 'prometheus/rules.yml')]), /SUCCESS/)
  t.match(await promtool(['test', 'rules', join(deploy, 'prometheus/rules.test.yml')]), /SUCCESS/)
})

t.test('a real Prometheus', { skip }, async t => {
  const { engine, query } = await observe(t)
  const values = async (expression: string) => (await query(expression)).map(({ value }) => Number(value[1]))
  const names = async (expression: string) => (await query(expression)).map(({ metric }) => metric.name).sort()

  await t.test('scrapes /metrics, /stats and the targets of /sd', async t => {
    await until(async () => (await query('up == 1')).length === 4)
    t.strictSame(await values('count by (job) (up) == 1'), [1, 1])
    t.strictSame((await query('up{job="docker-hosts"}')).map(({ metric }) => metric.instance).sort(), [
      'nas', 'out of reach'
    ])
    t.strictSame(await values('docker_host_up{docker_host="out of reach"}'), [0, 0], 'from /stats and from its target')
    t.strictSame(await query('docker_host_up{job="dockstatapi"}'), [], 'the job of the service has no host metrics')
    t.equal((await query('process_cpu_seconds_total{job="dockstatapi"}')).length, 1)
    t.strictSame(await query('{exported_docker_host!=""}'), [])
  })

  await t.test('computes correct rates', async t => {
    for (const job of ['stats', 'docker-hosts']) {
      const cores = `rate(docker_container_cpu_usage_seconds_total{job="${job}"}[5s])`
      const near = await until(async () => {
        const rates = await values(cores)
        return rates.length === 2 && rates.every(rate => rate > 0.4 && rate < 0.6) ? rates : null
      })
      t.pass(`${near.join(' and ')} CPUs in job ${job}; expected 0.5`)
    }
  })

  await t.test('returns data for every query of the dashboard', async t => {
    const { panels, templating } = JSON.parse(read('grafana/dockstatapi.json'))
    const fill = (expression: string) => expression.replace(' or vector(0)', '').replaceAll('$job', 'docker-hosts')
      .replace(/\$(__rate_interval|__range)/g, '1m').replace(/\$\w+/g, '.*')
    const expressions: string[] = panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
      targets.map(({ expr }) => fill(expr)))
    const variables: string[] = templating.list.flatMap(({ query }: { query: { query?: string } }) =>
      query.query ? [fill(query.query).replace(/^label_values\((.*), (\w+)\)$/, 'count by ($2) ($1)')] : [])
    t.ok(expressions.length > 20 && variables.length === 3)
    for (const expression of [...expressions, ...variables]) {
      t.ok((await until(async () => {
        const series = await query(expression)
        return series.length > 0 && series
      })), expression)
    }
  })

  await t.test('detects a restart as a counter reset', async t => {
    t.strictSame(await values('sum(resets(docker_container_cpu_usage_seconds_total{job="stats"}[1m]))'), [0])
    engine.restart('aa')
    await until(async () => (await values('sum(resets(docker_container_cpu_usage_seconds_total{job="stats"}[1m]))'))[0])
    t.strictSame(await names('resets(docker_container_cpu_usage_seconds_total{job="stats"}[1m]) > 0'), ['web'])
    t.strictSame(await names('changes(docker_container_start_time_seconds{job="stats"}[1m]) > 0'), ['web'])
  })

  await t.test('ends the series of a removed container with the next scrape', async t => {
    const running = 'docker_container_running{job="stats"}'
    t.strictSame(await names(running), ['gone', 'web'])
    engine.containers = containerList([{ id: 'aa', names: ['/web'] }])
    engine.emit('destroy', 'bb')
    await until(async () => (await query(running)).length === 1)
    const [scrapes = NaN] = await values(`count_over_time(${running.replace('}', ', name="web"}')}[1m])`)
    const [last = NaN] = await values(`count_over_time(${running.replace('}', ', name="gone"}')}[1m])`)
    t.ok(scrapes - last <= 3, `${scrapes - last} scrapes until the series ended`)
    const series = '{__name__=~"docker_container_.+", name="gone", job="stats"}'
    t.match(await query(series), [{ metric: { __name__: 'docker_container_events_total', action: 'destroy' } }])
    t.equal((await query(series)).length, 1, 'only its end remains for a while')
  })
})
