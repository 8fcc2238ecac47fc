import t from 'tap'
import { clusterAddress } from '../../../lib/config/cluster-url.ts'
import { loadYaml, problemsOf } from '../../support/load.ts'

const server = {
  isTls: false,
  username: undefined,
  password: undefined,
  db: 0,
  servers: [{ host: 'r', port: 6379 }],
  sentinelName: null
}

t.test('reads the address of a server', async t => {
  const cases: [string, object][] = [
    ['redis://r', {}],
    ['redis://r/', {}],
    ['valkey://r:1234', { servers: [{ host: 'r', port: 1234 }] }],
    ['redis://r:80', { servers: [{ host: 'r', port: 80 }] }],
    ['redis://r:080', { servers: [{ host: 'r', port: 80 }] }],
    ['rediss://r/2', { isTls: true, db: 2 }],
    ['valkeys://r:6380/15', { isTls: true, db: 15, servers: [{ host: 'r', port: 6380 }] }],
    ['redis://10.0.0.1', { servers: [{ host: '10.0.0.1', port: 6379 }] }],
    ['redis://Redis.Example', { servers: [{ host: 'redis.example', port: 6379 }] }],
    ['redis://[::1]', { servers: [{ host: '::1', port: 6379 }] }],
    ['redis://[::1]:6379', { servers: [{ host: '::1', port: 6379 }] }],
    ['redis://[fd00::80]:80/1', { servers: [{ host: 'fd00::80', port: 80 }], db: 1 }],
    ['redis://me:word@r', { username: 'me', password: 'word' }],
    ['redis://:word@r', { password: 'word' }],
    ['redis://me@r', { username: 'me' }],
    ['redis://me:@r', { username: 'me' }],
    ['redis://@r', {}],
    ['redis://m%40e:%C3%BC%2F%3a:b%25@r', { username: 'm@e', password: 'ü/::b%' }]
  ]
  for (const [url, expected] of cases) t.strictSame(clusterAddress(url), { ...server, ...expected }, url)
})

t.test('reads where the Sentinels are', async t => {
  const cases: [string, object][] = [
    ['redis+sentinel://r/mymaster', {}],
    ['valkey+sentinel://r/mymaster/', {}],
    ['rediss+sentinel://r/mymaster/3', { isTls: true, db: 3 }],
    ['valkeys+sentinel://me:word@r/mymaster', { isTls: true, username: 'me', password: 'word' }],
    ['redis+sentinel://a,b:1,[::1],[::2]:3/mymaster', {
      servers: [
        { host: 'a', port: 26379 }, { host: 'b', port: 1 }, { host: '::1', port: 26379 }, { host: '::2', port: 3 }
      ]
    }]
  ]
  for (const [url, expected] of cases) {
    t.strictSame(clusterAddress(url),
      { ...server, servers: [{ host: 'r', port: 26379 }], sentinelName: 'mymaster', ...expected }, url)
  }
})

const REFUSED = [
  '', 'r', 'r:6379', 'redis:', 'redis://', 'redis:///0', 'http://r', 'REDIS://r', 'redis+sentinels://r/m',
  'redis://r:0', 'redis://r:65536', 'redis://r:a', 'redis://::1', 'redis://a b', 'redis://a\nb', 'redis://a\tb',
  'redis://r/a', 'redis://r/-1', 'redis://r/123456', 'redis://r/1/2', 'redis://r?db=1', 'redis://r#0',
  'redis://r/0?a=b', 'redis://a,b', 'redis://a,', 'redis://r\\a',
  'redis://me:%zz@r', 'redis://%zz@r', 'redis://me:w@rd@r', 'redis://me:w/rd@r', 'redis+sentinel://r',
  'redis+sentinel://r/', 'redis+sentinel://r//1', 'redis+sentinel://a,,b/m', 'redis+sentinel://r/m/x',
  'redis+sentinel://r/m/1/2', 'redis+sentinel://r/m?a=b'
]

t.test('refuses everything else', async t => {
  for (const url of REFUSED) t.equal(clusterAddress(url), null, JSON.stringify(url))
})

t.test('a file may name a cluster, of which only the URL is needed', async t => {
  t.equal((await loadYaml(t, '')).cluster, null)
  t.strictSame((await loadYaml(t, 'cluster: { url: redis://r }')).cluster,
    { url: 'redis://r', prefix: 'dockstat', lease: 15_000 })
  const yaml = 'cluster: { url: "redis://u:$' + '{WORD}@r", prefix: "{a}:b", lease: 1000 }'
  const { cluster, text } = await loadYaml(t, yaml, { WORD: 'p%40ss' })
  t.strictSame(cluster, { url: 'redis://u:p%40ss@r', prefix: '{a}:b', lease: 1000 })
  t.match(text, 'cluster: { url: ******, prefix')
})

t.test('a wrong cluster is refused with what is allowed, without its secrets', async t => {
  const problems = (yaml: string) => problemsOf(t, loadYaml(t, yaml))
  t.strictSame(await problems('cluster: { url: "redis://me:se/cret@r" }'), [
    'dockstat.yaml:1:17: cluster.url: must be a URL such as redis://user:password@redis.example:6379/0, with ' +
    'rediss:// for TLS, or redis+sentinel://one:26379,two:26379/mymaster for Sentinels'
  ])
  t.match(await problems('cluster: {}'), ['dockstat.yaml:1:1: cluster.url: is required'])
  t.match(await problems('cluster: { url: redis://r, prefix: "a b", lease: 999, more: 1 }'), [
    /cluster.prefix: must be up to 100 letters, digits and any of _ \. : \{ \} -/,
    /cluster.lease: must be .*1000/,
    /cluster.more: unknown key/
  ])
})

t.test('the URL is masked wherever it is', async t => {
  const url = 'redis://me:se-cret@r'
  const { text } = await loadYaml(t, `# not ${url}\ncluster: { url: "${url}", lease: 2000 } # ours\n`)
  t.equal(text, '# not ******\ncluster: { url: ******, lease: 2000 } # ours\n')
})
