import t, { type Test } from 'tap'
import { checkCluster } from '../../../lib/check/cluster.ts'
import { freePort } from '../../support/free-port.ts'
import { loadYaml } from '../../support/load.ts'
import { redisMissing, startRedis } from '../../support/redis.ts'
import { MARK } from '../../support/secrets.ts'

const HOSTS = 'hosts: { nas: { url: tcp://nas } }\n'

async function examine (t: Test, url: string | null, hosts = HOSTS) {
  const cluster = url === null ? '' : `cluster: { url: "${url}" }\n`
  const config = await loadYaml(t, hosts + cluster, { SECRET: 'a-token-of-21-letters' })
  const found = { problems: [], warnings: [] }
  return { report: await checkCluster(config, found, 1000), found }
}

t.test('says nothing without a cluster', async t => {
  t.strictSame(await examine(t, null), { report: null, found: { problems: [], warnings: [] } })
})

t.test('tries what a replica does, and leaves no replica behind', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const { report, found } = await examine(t, redis.url)
  t.match(report, { ok: true, address: new URL(redis.url).host, milliseconds: Number })
  t.strictSame(found, { problems: [], warnings: [] })
  const keys = (await redis.command('KEYS', '*')).trim().split(/\s+/).sort()
  t.strictSame(keys.filter(key => key !== 'dockstat:check:1:lease:check'), [ // which ends after a second
    'dockstat:check:1:configurations', 'dockstat:check:1:fence', 'dockstat:check:infos', 'dockstat:check:replicas'
  ])
})

t.test('says what a user may not do, and never the password', { skip: redisMissing }, async t => {
  const redis = await startRedis(t, { acl: ['default off', `replica on >${MARK} ~* &* -@all +info +ping +subscribe`] })
  for (const [password, said] of [[MARK, /eval/], ['wrong', /WRONGPASS/]] as const) {
    const { report, found } = await examine(t, redis.urlFor('replica', password))
    t.match(report, { ok: false })
    t.match(found.problems, [said])
    t.match(found.problems, [/^cluster\.url: 127\.0\.0\.1:\d+: /])
    t.notMatch(JSON.stringify([report, found]), MARK)
  }
})

t.test('says that nothing listens', async t => {
  const port = await freePort()
  const { report, found } = await examine(t, `redis+sentinel://127.0.0.1:${port},127.0.0.1:${port}/mymaster`)
  t.match(report, { ok: false, address: `127.0.0.1:${port}, 127.0.0.1:${port}` })
  t.equal(found.problems.length, 1)
})

t.test('warns of what replicas cannot share', { skip: redisMissing }, async t => {
  const redis = await startRedis(t)
  const { report, found } = await examine(t, redis.url, 'hosts: { here: { url: "unix:///run/docker.sock" } }\n')
  t.match(report, { ok: true })
  t.match(found, { problems: [], warnings: [/^cluster: These hosts are at a Unix socket/] })
})
