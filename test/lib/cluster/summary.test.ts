import t from 'tap'
import { differences, summaryOf } from '../../../lib/cluster/summary.ts'
import type { Config } from '../../../lib/config/config.ts'
import { loadYaml } from '../../support/load.ts'

const HOSTS = 'hosts: { nas: { url: "tcp://nas:2375" }, pi: { url: "tcp://pi:2375", filter: { exclude: [x] } } }\n'

t.test('configurations that poll and show the same are equal, wherever each service listens', async t => {
  const a = await loadYaml(t, `${HOSTS}cluster: { url: redis://a }`)
  const b = await loadYaml(t, `# another\n${HOSTS}auth: { token: some-long-secret }\ncluster: { url: redis://b }`,
    { PORT: '80' })
  t.equal(summaryOf(a).digest, summaryOf(b).digest)
  t.strictSame(differences(summaryOf(a), summaryOf(b)), [])
  t.strictSame(summaryOf(a).hosts, ['nas', 'pi'])
})

t.test('names the keys that differ, without their values', async t => {
  const before = summaryOf(await loadYaml(t, HOSTS))
  const cases: [string, string[]][] = [
    [`${HOSTS}tags: { hidden: red }`, ['tags']],
    [`${HOSTS}container: { web: { link: "http://hidden/" } }`, ['container']],
    [`${HOSTS}mintimeout: 1000\nlabels: [hidden]`, ['mintimeout', 'labels']],
    [`${HOSTS}filter: { exclude: [hidden] }\nmetrics: { profile: cadvisor }`, ['filter', 'metrics']],
    [`${HOSTS}resync: 5000`, ['resync']],
    ['hosts: { pi: { url: "tcp://pi:2375", filter: { exclude: [x] } }, nas: { url: "tcp://nas:2375" } }', ['hosts']],
    [HOSTS.replace('exclude: [x]', 'exclude: [hidden]'), ['hosts']],
    [HOSTS.replace('"tcp://nas:2375"', '"tcp://hidden:2375"'), ['hosts']]
  ]
  for (const [yaml, keys] of cases) {
    const after = summaryOf(await loadYaml(t, yaml))
    t.strictSame(differences(before, after), keys, yaml)
    t.not(after.digest, before.digest)
    t.notMatch(JSON.stringify(after), 'hidden')
  }
})

t.test('certificates may be elsewhere, but not be for another name', async t => {
  const config = await loadYaml(t, HOSTS)
  const withTls = (given: Partial<Config['hosts'][number]['tls']>) => {
    const tls = { insecure: false, ...given }
    return summaryOf({ ...config, hosts: config.hosts.map(host => ({ ...host, tls })) }).digest
  }
  t.equal(withTls({ ca: '/a/ca.pem', servername: 'nas' }), withTls({ ca: '/b/ca.pem', servername: 'nas' }))
  t.not(withTls({ servername: 'nas' }), withTls({ servername: 'other' }))
  t.not(withTls({ insecure: true }), withTls({}))
})
