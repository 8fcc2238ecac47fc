import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../../lib/config/load.ts'
import { folder } from '../../support/folder.ts'
import { load, loadYaml, problemsOf } from '../../support/load.ts'

const sizes = { headerBytes: 16_384, headerCount: 100, urlLength: 8192, pipelinedRequests: 4, connections: 5000 }
const times = { headersTimeout: 10_000, requestTimeout: 30_000, stalledTimeout: 30_000, keepAliveTimeout: 72_000 }
const defaults = {
  version: 1,
  listen: { host: null, port: 7070, socket: null, tls: 'off' },
  rejected: null,
  server: { publicUrl: null, trustProxy: ['false'], limits: { ...sizes, ...times }, tls: null },
  mintimeout: 5000,
  resync: 60_000,
  auth: { token: null, tokens: [], isSkipped: false },
  cors: { origin: '*' },
  docs: { public: false },
  web: { icons: null },
  tags: new Map(),
  labels: [],
  filter: { include: [], exclude: [] },
  metrics: { profile: 'default' },
  notify: [],
  cluster: null,
  hosts: [{ name: 'local', address: 'unix:///var/run/docker.sock' }],
  container: new Map()
}

t.test('has a default for every key', async t => {
  const cwd = folder(t)
  const before = Date.now()
  const { file, files, text, loadedAt, ...config } = await loadConfig({ env: {}, cwd })
  t.ok(loadedAt >= before && loadedAt <= Date.now())
  const log = { file: join(cwd, 'logs/dockstat.log'), logsize: 1, LogCount: 5, level: 'info' }
  const history = { memory: 64, disk: true, file: join(cwd, 'data/history.db') }
  t.strictSame(config, { ...defaults, log, history })
  t.equal(file, null)
  t.strictSame(files, [join(cwd, 'dockstat.yaml'), join(cwd, 'dockstat.yml')])
  t.match(text, /^# No configuration file found/)
})

t.test('treats empty keys like missing keys', async t => {
  const empty = ['', '{}', '# nothing\n', 'mintimeout:\nlog:\nauth:\ncors:\ntags:\nhosts:\nhistory:\ncontainer:\n',
    'log: {file: , logsize: , LogCount: }\nauth: {token: }\ncors: {origin: }\n', 'hosts: {}\ntags: {}\ncontainer: {}\n']
  for (const yaml of empty) {
    const { text, files, loadedAt, log, history, ...config } = await loadYaml(t, yaml)
    t.strictSame(config, { file: 'dockstat.yaml', ...defaults }, yaml)
    t.match(log, { logsize: 1, LogCount: 5 })
    t.match(history, { memory: 64, disk: true })
    t.equal(text, yaml)
  }
})

t.test('interprets the example of the published reference as its comments say', async t => {
  const reference = readFileSync(join(import.meta.dirname, '../../backend-api-reference.md'), 'utf8')
  const [, yaml = ''] = /^# `\/config`.*?```yaml\n(.*?)```/ms.exec(reference) ?? []
  const config = await loadYaml(t, yaml)
  t.match(yaml, 'mintimeout: 10000')
  t.equal(config.text, yaml)
  t.equal(config.mintimeout, 10_000)
  t.match(config.log, { logsize: 10, LogCount: 1 })
  t.strictSame(config.tags, new Map([['raspberry', 'red-200'], ['private', 'violet-400']]))
  t.strictSame(config.hosts, [
    { name: 'YourHost1', address: 'tcp://1.1.1.1:2375' },
    { name: 'YourHost2', address: 'tcp://2.2.2.2:2375' }
  ])
  t.strictSame(config.container, new Map([
    ['dozzle', { link: 'https://github.com', icon: 'minecraft.png', tags: 'private,raspberry' }]
  ]))
})

t.test('normalizes all kinds of addresses, in file order', async t => {
  const { hosts } = await loadYaml(t, `hosts:
  nas: { url: nas.local, port: 2376 }
  "20": { url: tcp://10.0.0.20 }
  3: { url: http://10.0.0.3:99/ }
  socket: { url: unix:///run/docker.sock }
  1: { url: "\${ENGINE}" }
  1.10: { url: "::1" }
  __proto__: { url: proto }
  constructor: { url: constructor }
`, { ENGINE: 'engine' })
  t.strictSame(hosts, [
    { name: 'nas', address: 'tcp://nas.local:2376' },
    { name: '20', address: 'tcp://10.0.0.20:2375' },
    { name: '3', address: 'http://10.0.0.3:99' },
    { name: 'socket', address: 'unix:///run/docker.sock' },
    { name: '1', address: 'tcp://engine:2375' },
    { name: '1.10', address: 'tcp://[::1]:2375' },
    { name: '__proto__', address: 'tcp://proto:2375' },
    { name: 'constructor', address: 'tcp://constructor:2375' }
  ])
})

t.test('uses DOCKER_HOST as the local Engine only if the file names no hosts', async t => {
  const env = { DOCKER_HOST: 'tcp://10.0.0.1:2375' }
  t.strictSame((await loadYaml(t, '', env)).hosts, [{ name: 'local', address: 'tcp://10.0.0.1:2375' }])
  t.strictSame((await loadYaml(t, 'hosts: {}', env)).hosts, [{ name: 'local', address: 'tcp://10.0.0.1:2375' }])
  t.strictSame((await loadYaml(t, 'hosts: {a: {url: b}}', env)).hosts, [{ name: 'a', address: 'tcp://b:2375' }])
})

t.test('keeps text unchanged and converts numbers', async t => {
  const config = await loadYaml(t, `mintimeout: 0750
auth: { token: 0123 }
tags: { v: 1.40, 12: yes, off: 0x10 }
container: { constructor: { tags: 1.40 }, 7: { icon: 007 }, empty: }
`)
  t.equal(config.mintimeout, 750)
  t.equal(config.auth.token, '0123')
  t.strictSame([...config.tags].sort(), [['12', 'yes'], ['off', '0x10'], ['v', '1.40']])
  t.strictSame(config.container, new Map([
    ['7', { link: '', icon: '007', tags: '' }],
    ['constructor', { link: '', icon: '', tags: '1.40' }]
  ]))
})

t.test('reads address, log level and token from the environment', async t => {
  const env = { HOST: '::1', PORT: '0', LOG_LEVEL: 'debug', SKIP_AUTH: 'true' }
  const config = await loadYaml(t, 'log: {file: /var/log/x.log}\ncors: {origin: [https://a.example, http://b:1]}', env)
  t.strictSame(config.listen, { host: '::1', port: 0, socket: null, tls: 'off' })
  t.strictSame(config.log, { file: '/var/log/x.log', logsize: 1, LogCount: 5, level: 'debug' })
  t.strictSame(config.auth, { token: null, tokens: [], isSkipped: true })
  t.strictSame(config.cors, { origin: ['https://a.example', 'http://b:1'] })
})

t.test('treats empty variables like unset ones', async t => {
  const names = ['HOST', 'PORT', 'LOG_LEVEL', 'SECRET', 'SECRET_FILE', 'SKIP_AUTH', 'DOCKSTAT_CONFIG', 'DOCKER_HOST']
  const env = Object.fromEntries(names.map(name => [name, '']))
  const { text, files, loadedAt, log, history, ...config } = await loadYaml(t, '', env)
  t.strictSame(config, { file: 'dockstat.yaml', ...defaults })
  t.equal(text, '', 'the file in the working directory')
  t.equal(log.level, 'info')
})

t.test('reads the file from --config, DOCKSTAT_CONFIG or dockstat.yaml, in this order', async t => {
  const files = { 'dockstat.yaml': 'mintimeout: 1001', 'a.yaml': 'mintimeout: 1002', 'b.yaml': 'mintimeout: 1003' }
  const DOCKSTAT_CONFIG = 'a.yaml'
  t.equal((await load(t, { files })).mintimeout, 1001)
  t.equal((await load(t, { files, env: { DOCKSTAT_CONFIG } })).mintimeout, 1002)
  t.equal((await load(t, { files, env: { DOCKSTAT_CONFIG }, file: 'b.yaml' })).mintimeout, 1003)
  const elsewhere = folder(t)
  writeFileSync(join(elsewhere, 'c.yaml'), 'mintimeout: 1004')
  t.equal((await load(t, { files, file: join(elsewhere, 'c.yaml') })).mintimeout, 1004)
})

t.test('requires a named file to exist and be readable', async t => {
  const absent = await problemsOf(t, load(t, { file: 'absent.yaml' }))
  t.match(absent, [/^absent\.yaml: the configuration file cannot be read \(ENOENT.*absent\.yaml'\)$/])
  const named = await problemsOf(t, load(t, { env: { DOCKSTAT_CONFIG: 'gone.yaml' } }))
  t.match(named, [/^gone\.yaml: the configuration file cannot be read \(ENOENT/])
  const cwd = folder(t)
  mkdirSync(join(cwd, 'dockstat.yaml'))
  const directory = await problemsOf(t, loadConfig({ env: {}, cwd }))
  t.match(directory, [/^dockstat\.yaml: .*cannot be read \(it is a folder\. Docker creates one if a bind/])
})

t.test('uses the defaults only if there is no file at all', async t => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yml'), 'mintimeout: 1005')
  t.equal((await loadConfig({ env: {}, cwd })).mintimeout, 1005, '.yml is found')
  writeFileSync(join(cwd, 'dockstat.yaml'), 'mintimeout: 1006')
  t.equal((await loadConfig({ env: {}, cwd })).mintimeout, 1006, '.yaml wins')
  const other = folder(t)
  symlinkSync(join(other, 'nowhere'), join(other, 'dockstat.yaml'))
  const dangling = await problemsOf(t, loadConfig({ env: {}, cwd: other }))
  t.strictSame(dangling, [
    'dockstat.yaml: the configuration file cannot be read (it is a link to a file that does not exist)'
  ])
})

t.test('names the encoding of a file that is not UTF-8', async t => {
  const write = async (bytes: Buffer) => {
    const cwd = folder(t)
    writeFileSync(join(cwd, 'dockstat.yaml'), bytes)
    return await problemsOf(t, loadConfig({ env: {}, cwd }))
  }
  const yaml = 'hosts:\n  büro: { url: nas }\n'
  t.match(await write(Buffer.from(yaml, 'utf16le')), [/its encoding is UTF-16; save it as UTF-8/])
  t.match(await write(Buffer.from(`\ufeff${yaml}`, 'utf16le')), [/its encoding is UTF-16; save it as UTF-8/])
  t.match(await write(Buffer.from(`\ufeff${yaml}`, 'utf16le').swap16()), [/its encoding is UTF-16; save it as UTF-8/])
  t.match(await write(Buffer.from(yaml, 'latin1')), [/line 2 is not valid UTF-8, but perhaps Latin-1;/])
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), `\ufeff${yaml}`)
  t.match((await loadConfig({ env: {}, cwd })).hosts, [{ name: 'büro' }], 'a UTF-8 byte order mark is ignored')
})

t.test('reports a host without keys', async t => {
  const problems = await problemsOf(t, loadYaml(t, 'hosts:\n  nas: { url: 1.1.1.1 }\n  pi:\n'))
  t.strictSame(problems, ['dockstat.yaml:3:3: hosts.pi.url: is required unless context is set'])
  t.strictSame(await problemsOf(t, loadYaml(t, 'hosts: { nas: }\n')), [
    'dockstat.yaml:1:10: hosts.nas.url: is required unless context is set'
  ])
})

t.test('reports all violations together, each with its position', async t => {
  const yaml = `mintimeuot: 3
mintimeout: soon
log: { logsize: 0, logCount: 2 }
cors: { origin: [https://a.example/, https://b.example] }
tags: 3
hosts:
  YourHost1:
    url: 1.1.1.1
    port: abc
  YourHost2:
    prot: 2375
  YourHost3: { url: ssh://root:hunter2@nas, port: 0 }
  YourHost4: { url: "nas:1", port: 2 }
  YourHost5: 1.1.1.1
  YourHost6: { url: "\${ENGINE}" }
container:
  dozzle: [link, icon]
`
  const engine = 'the address of a Docker Engine, such as 192.168.1.10, tcp://192.168.1.10:2375, ' +
    'https://engine:2376, ssh://user@engine or unix:///var/run/docker.sock'
  const origin = 'an origin such as https://example.com or https://*.example.com (without a path or trailing slash), ' +
    'a list of them, or *'
  const keys = 'mintimeout, resync, log, auth, cors, server, docs, web, tags, hosts, labels, filter, metrics, ' +
    'notify, history, cluster, container'
  const problems = await problemsOf(t, loadYaml(t, yaml, { PORT: 'abc' }))
  t.strictSame([...problems].sort(), [
    'PORT: must be an integer from 0 to 65535, got "abc"',
    `dockstat.yaml:1:1: mintimeuot: unknown key. Did you mean mintimeout? Allowed: ${keys}`,
    'dockstat.yaml:2:13: mintimeout: must be an integer from 100 to 3600000, got "soon"',
    'dockstat.yaml:3:17: log.logsize: must be an integer from 1 to 10000, got "0"',
    'dockstat.yaml:3:20: log.logCount: unknown key. Did you mean LogCount? Allowed: file, logsize, LogCount',
    `dockstat.yaml:4:18: cors.origin.0: must be ${origin}, got "https://a.example/"`,
    'dockstat.yaml:5:7: tags: must be a map of keys to values, got "3"',
    'dockstat.yaml:9:11: hosts.YourHost1.port: must be an integer from 1 to 65535, got "abc"',
    'dockstat.yaml:10:3: hosts.YourHost2.url: is required unless context is set',
    'dockstat.yaml:11:5: hosts.YourHost2.prot: unknown key. Allowed: url, port, context, tls, filter',
    `dockstat.yaml:12:21: hosts.YourHost3.url: must be ${engine}, got "ssh://***@nas"`,
    'dockstat.yaml:12:51: hosts.YourHost3.port: must be an integer from 1 to 65535, got "0"',
    'dockstat.yaml:13:36: hosts.YourHost4.port: must be omitted if url contains a port or a socket, got "2"',
    'dockstat.yaml:14:14: hosts.YourHost5: must be a map of keys to values, got "1.1.1.1"',
    'dockstat.yaml:15:21: hosts.YourHost6.url: the environment variable ENGINE is not set',
    'dockstat.yaml:17:11: container.dozzle: must be a map of keys to values, got a list'
  ].sort())
})

t.test('shows the path of the file as the user gave it', async t => {
  const files = { 'my.yaml': 'mintimeout: 1' }
  t.match(await problemsOf(t, load(t, { files, file: './my.yaml' })), [/^\.\/my\.yaml:1:13: mintimeout: /])
  const env = { DOCKSTAT_CONFIG: 'my.yaml' }
  t.match(await problemsOf(t, load(t, { files, env })), [/^my\.yaml:1:13: mintimeout: /])
})

t.test('reports a file that is not YAML or not a map as one problem, plus those of the environment', async t => {
  const syntax = await problemsOf(t, loadYaml(t, 'mintimeout: 1\nhosts: [\n', { LOG_LEVEL: 'loud' }))
  t.match(syntax, [/^dockstat\.yaml:3:1: Flow sequence in block collection must/, /^LOG_LEVEL: /])
  t.equal(syntax.length, 2)
  t.strictSame(await problemsOf(t, loadYaml(t, '- a\n')), ['dockstat.yaml:1:1: must be a map of keys to values'])
  t.strictSame(await problemsOf(t, loadYaml(t, 'hunter2')), ['dockstat.yaml:1:1: must be a map of keys to values'])
})

t.test('reports invalid environment variables', async t => {
  const engine = /^DOCKER_HOST: must be the address of a Docker Engine, .*, got "ftp:\/\/x"$/
  const cases = [
    [{ PORT: 'abc' }, 'PORT: must be an integer from 0 to 65535, got "abc"'],
    [{ PORT: '65536' }, 'PORT: must be an integer from 0 to 65535, got "65536"'],
    [{ PORT: '-1' }, 'PORT: must be an integer from 0 to 65535, got "-1"'],
    [{ LOG_LEVEL: 'loud' },
      'LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent, got "loud"'],
    [{ SKIP_AUTH: 'yes' }, 'SKIP_AUTH: must be true or false, got "yes"'],
    [{ DOCKER_HOST: 'ftp://x' }, engine],
    [{ DOCKER_HOST: 'tcp://me:hun/t@er2@nas' }, /^DOCKER_HOST: .*, got "tcp:\/\/\*\*\*@nas"$/],
    [{ SECRET: 'two words' }, 'SECRET: must be non-empty text without spaces or line breaks']
  ] as const
  for (const [env, expected] of cases) {
    const problems = await problemsOf(t, load(t, { env }))
    t.match(problems, [expected])
    t.equal(problems.length, 1)
  }
  const token = { SECRET: ' ', SECRET_FILE: 'absent' }
  const env = { PORT: 'abc', LOG_LEVEL: 'loud', SKIP_AUTH: 'yes', DOCKER_HOST: 'ftp://x', ...token }
  t.equal((await problemsOf(t, load(t, { env }))).length, 7)
})

t.test('rejects infinite numbers as out of range', async t => {
  const problems = await problemsOf(t, loadYaml(t, 'mintimeout: 1e400\nlog: { LogCount: 1e999 }\n'))
  t.match(problems, [/mintimeout: must be an integer from 100/, /log\.LogCount: must be an integer from 1/])
})

t.test('does not accept a string in place of a list', async t => {
  t.strictSame((await loadYaml(t, 'labels: [team]')).labels, ['team'])
  t.match(await problemsOf(t, loadYaml(t, 'labels: team')), [/labels: must be a list of strings, got "team"$/])
})
