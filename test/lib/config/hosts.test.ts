/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { loadConfig } from '../../../lib/config/load.ts'
import { folder } from '../../support/folder.ts'
import { load, loadYaml, problemsOf } from '../../support/load.ts'

const DOCKER_CONFIG = join(import.meta.dirname, '../../fixtures/docker-config')
const expected = 'the address of a Docker Engine, such as 192.168.1.10, tcp://192.168.1.10:2375, ' +
  'https://engine:2376, ssh://user@engine or unix:///var/run/docker.sock'

const idOf = (name: string) => createHash('sha256').update(name).digest('hex')

interface Given {
  endpoints?: object
  /** Names of the certificate files. */
  files?: string[]
  /** Content of meta.json that replaces the default one. */
  text?: string
}

/** Creates a Docker CLI folder with these contexts. */
function dockerConfig (t: Test, contexts: Record<string, Given>): string {
  const path = folder(t)
  for (const [name, { endpoints, files = [], text }] of Object.entries(contexts)) {
    const [meta, tls] = [join(path, 'contexts/meta', idOf(name)), join(path, 'contexts/tls', idOf(name), 'docker')]
    mkdirSync(meta, { recursive: true })
    writeFileSync(join(meta, 'meta.json'), text ?? JSON.stringify({ Name: name, Endpoints: endpoints }))
    if (files.length > 0) mkdirSync(tls, { recursive: true })
    for (const file of files) writeFileSync(join(tls, file), '')
  }
  return path
}

t.test('turns hosts with tls into https, with the TLS port and absolute paths', async t => {
  const cwd = folder(t)
  const hosts = {
    a: { url: 'nas', tls: { ca: 'ca.pem', cert: '/certs/cert.pem', key: '../key.pem', servername: 'ca.pem' } },
    b: { url: 'tcp://nas', port: 99, tls: { path: 'nas', insecure: 'true' } },
    c: { url: 'https://nas' },
    d: { url: 'tcp://nas', tls: {} }
  }
  writeFileSync(join(cwd, 'dockstat.yaml'), JSON.stringify({ hosts }))
  const files = { ca: join(cwd, 'ca.pem'), cert: '/certs/cert.pem', key: join(cwd, '../key.pem') }
  t.strictSame((await loadConfig({ env: {}, cwd })).hosts, [
    { name: 'a', address: 'https://nas:2376', tls: { ...files, servername: 'ca.pem', insecure: false } },
    { name: 'b', address: 'https://nas:99', tls: { path: join(cwd, 'nas'), insecure: true } },
    { name: 'c', address: 'https://nas:2376' },
    { name: 'd', address: 'https://nas:2376', tls: { insecure: false } }
  ])
})

t.test('reports keys that contradict each other', async t => {
  const fits = 'hosts.a.tls: must be omitted unless url is tcp:// or https://'
  const alone = 'hosts.a.context: cannot be combined with url, port or tls, because the context defines the endpoint'
  const cases = [
    ['{url: nas, tls: {cert: a}}', '23: hosts.a.tls.key: is required if cert is set'],
    ['{url: nas, tls: {key: a}}', '23: hosts.a.tls.cert: is required if key is set'],
    ['{url: nas, tls: {certt: a}}', /^29: hosts\.a\.tls\.certt: unknown key. Did you mean cert\?/],
    ['{url: nas, tls: certs}', '28: hosts.a.tls: must be a map of keys to values, got "certs"'],
    ['{url: nas, tls: {insecure: yes}}', '39: hosts.a.tls.insecure: must be true or false, got "yes"'],
    ['{url: http://nas, tls: {}}', `30: ${fits}`],
    ['{url: unix://, tls: {path: x}}', `27: ${fits}`],
    ['{context: edge-1, url: nas}', `13: ${alone}`],
    ['{context: edge-1, tls: {}}', `13: ${alone}`],
    ['{port: 99}', '9: hosts.a.url: is required unless context is set']
  ] as const
  for (const [yaml, complaint] of cases) {
    const problems = await problemsOf(t, loadYaml(t, `hosts: {a: ${yaml}}`, { DOCKER_CONFIG }))
    const lines = problems.map(problem => problem.replace('dockstat.yaml:1:', ''))
    t.match(lines, [complaint], yaml)
    t.equal(lines.length, 1, yaml)
  }
  const noUrl = loadYaml(t, 'hosts: {a: {url: "", tls: {}}}')
  t.match(await problemsOf(t, noUrl), [/hosts\.a\.url: must be the address of a Docker/])
})

t.test('looks up a context in the folder of the Docker CLI', async t => {
  const path = join(DOCKER_CONFIG, 'contexts/tls', idOf('edge-1'), 'docker')
  const yaml = 'hosts: {a: {context: edge-1}, b: {context: viassh}, c: {url: nas}}'
  const expected = [
    { name: 'a', address: 'https://10.0.0.5:2376', tls: { path, insecure: false } },
    { name: 'b', address: 'ssh://deploy@10.0.0.6:2222' },
    { name: 'c', address: 'tcp://nas:2375' }
  ]
  t.strictSame((await loadYaml(t, yaml, { DOCKER_CONFIG })).hosts, expected)
  const HOME = folder(t)
  cpSync(DOCKER_CONFIG, join(HOME, '.docker'), { recursive: true })
  const { hosts } = await loadYaml(t, yaml, { HOME })
  t.match(hosts, [{ tls: { path: path.replace(DOCKER_CONFIG, `${HOME}/.docker`) } }])
})

t.test('interprets a context like the docker command', async t => {
  const docker = (Host: string, rest: object = {}) => ({ docker: { Host, ...rest } })
  const contexts: Record<string, Given> = {
    plain: { endpoints: docker('tcp://nas') },
    socket: { endpoints: docker('unix:///run/docker.sock', { SkipTLSVerify: true }) },
    standard: { endpoints: docker('') },
    insecure: { endpoints: docker('tcp://nas', { SkipTLSVerify: true }) },
    public: { endpoints: docker('https://nas:443') },
    authority: { endpoints: docker('tcp://nas:2375'), files: ['ca.pem'] }
  }
  const path = dockerConfig(t, contexts)
  const hosts = Object.fromEntries(Object.keys(contexts).map(name => [name, { context: name }]))
  t.strictSame((await loadYaml(t, JSON.stringify({ hosts }), { DOCKER_CONFIG: path })).hosts, [
    { name: 'plain', address: 'tcp://nas:2375' },
    { name: 'socket', address: 'unix:///run/docker.sock' },
    { name: 'standard', address: 'unix:///var/run/docker.sock' },
    { name: 'insecure', address: 'https://nas:2376', tls: { insecure: true } },
    { name: 'public', address: 'https://nas:443', tls: { insecure: false } },
    {
      name: 'authority',
      address: 'https://nas:2375',
      tls: { path: join(path, 'contexts/tls', idOf('authority'), 'docker'), insecure: false }
    }
  ])
})

t.test('lists the known contexts if one is unknown', async t => {
  const yaml = 'hosts:\n  a: { context: edge-2 }\n  b: { context: viassh }\n'
  t.strictSame(await problemsOf(t, loadYaml(t, yaml, { DOCKER_CONFIG })), [
    `dockstat.yaml:2:17: hosts.a.context: must be a Docker CLI context; ${DOCKER_CONFIG} has ` +
      'edge-1, viassh, got "edge-2"'
  ])
  const empty = folder(t)
  t.match(await problemsOf(t, loadYaml(t, yaml, { DOCKER_CONFIG: empty, PORT: 'x' })), [
    `; ${empty} has none, got "edge-2"`, `; ${empty} has none, got "viassh"`, /^PORT: /
  ])
  t.strictSame(await problemsOf(t, loadYaml(t, 'hosts: { a: { context: "${NAS}" } }', { DOCKER_CONFIG })), [
    'dockstat.yaml:1:24: hosts.a.context: the environment variable NAS is not set'
  ])
  t.match(await problemsOf(t, loadYaml(t, yaml)), [/\.docker has none/, /\.docker has none/])
})

t.test('says why a context cannot be used', async t => {
  const contexts: Record<string, Given> = {
    pipe: { endpoints: { docker: { Host: 'npipe:////./pipe/docker' } } },
    password: { endpoints: { docker: { Host: 'ssh://me:hunter2@nas' } } },
    option: { endpoints: { docker: { Host: 'ssh://-oProxyCommand=x' } } },
    kubernetes: { endpoints: { kubernetes: {} } },
    broken: { text: '{"Name":' }
  }
  const env = { DOCKER_CONFIG: dockerConfig(t, contexts) }
  const cases = [
    ['pipe', 'this context cannot be used: its endpoint is "npipe:////./pipe/docker", ' +
      `but must be ${expected}, got "pipe"`],
    ['password', /this context cannot be used: its endpoint is "ssh:\/\/\*\*\*@nas", but must be/],
    ['option', /this context cannot be used: its endpoint is "ssh:\/\/-oProxyCommand=x", but must be/],
    ['kubernetes', 'this context cannot be used: it does not define a Docker Engine, got "kubernetes"'],
    ['broken', /this context cannot be used: .*JSON.*, got "broken"$/],
    ['absent', /has option, password, pipe, got "absent"$/]
  ] as const
  for (const [name, complaint] of cases) {
    t.match(await problemsOf(t, loadYaml(t, `hosts: {a: {context: ${name}}}`, env)), [complaint])
  }
})

t.test('configures the local Engine from the Docker CLI variables', async t => {
  const HOME = '/home/me'
  const DOCKER_CERT_PATH = '/certs'
  const tls = (path: string) => ({ path, insecure: false })
  const cases = [
    [{ DOCKER_HOST: 'tcp://nas', DOCKER_TLS_VERIFY: '1' }, 'https://nas:2376', tls('/home/me/.docker')],
    [{ DOCKER_HOST: 'tcp://nas:99', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH }, 'https://nas:99', tls('/certs')],
    [{ DOCKER_HOST: 'tcp://nas', DOCKER_TLS_VERIFY: '1', DOCKER_CONFIG: '/cli' }, 'https://nas:2376', tls('/cli')],
    [{ DOCKER_HOST: 'https://nas', DOCKER_CERT_PATH }, 'https://nas:2376', tls('/certs')],
    [{ DOCKER_HOST: 'https://nas' }, 'https://nas:2376', undefined],
    [{ DOCKER_HOST: 'tcp://nas', DOCKER_CERT_PATH }, 'tcp://nas:2375', undefined],
    [{ DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH }, 'unix:///var/run/docker.sock', undefined]
  ] as const
  for (const [env, address, tls] of cases) {
    const { hosts } = await load(t, { env: { HOME, ...env } })
    t.strictSame(hosts, [{ name: 'local', address, ...tls && { tls } }], JSON.stringify(env))
  }
  const { hosts: [host] } = await load(t, { env: { ...cases[1][0], DOCKER_CERT_PATH: 'certs' } })
  t.match(host?.tls?.path, /^\/.*\/certs$/, 'relative to the working directory')
  const env = { DOCKER_HOST: 'http://nas', DOCKER_TLS_VERIFY: '1' }
  t.strictSame(await problemsOf(t, load(t, { env })), [
    'DOCKER_HOST: must be tcp:// or https:// if DOCKER_TLS_VERIFY is set, got "http://nas"'
  ])
})

t.test('uses the same local Engine as the docker command', async t => {
  const context = (Host: string) => ({ endpoints: { docker: { Host } } })
  const folder = dockerConfig(t, { one: context('tcp://10.0.0.1:2375'), two: context('ssh://me@two') })
  const localOf = async (env: NodeJS.ProcessEnv, config: string | null = '{"currentContext":"one"}') => {
    if (config !== null) writeFileSync(join(folder, 'config.json'), config)
    return (await load(t, { env: { DOCKER_CONFIG: folder, ...env } })).hosts[0]?.address
  }
  const socket = 'unix:///var/run/docker.sock'
  t.equal(await localOf({}, null), socket)
  t.equal(await localOf({}), 'tcp://10.0.0.1:2375', 'the current context')
  t.equal(await localOf({ DOCKER_CONTEXT: 'two' }), 'ssh://me@two')
  t.equal(await localOf({ DOCKER_CONTEXT: 'default' }), socket)
  t.equal(await localOf({ DOCKER_HOST: 'tcp://nas', DOCKER_CONTEXT: 'two' }), 'tcp://nas:2375')
  for (const config of ['{', '[]', '{"currentContext":""}', '{"currentContext":"default"}']) {
    t.equal(await localOf({}, config), socket, config)
  }
  const env = { DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'three' }
  t.strictSame(await problemsOf(t, load(t, { env })), [
    `DOCKER_CONTEXT: must be a Docker CLI context; ${folder} has one, two, got "three"`
  ])
  await t.rejects(localOf({}, '{"currentContext":"gone"}'), {
    message: `currentContext of ${folder}/config.json: must be a Docker CLI context; ${folder} has ` +
      'one, two, got "gone"'
  })
  const { hosts } = await load(t, { files: { 'dockstat.yaml': 'hosts: { a: { url: nas } }' }, env })
  t.match(hosts, [{ name: 'a' }], 'not used if the file names hosts')
})

t.test('derives the folder of a context from its name, as in a recorded Docker CLI folder', async t => {
  for (const name of ['edge-1', 'viassh']) {
    const file = join(DOCKER_CONFIG, 'contexts/meta', idOf(name), 'meta.json')
    t.match(JSON.parse(readFileSync(file, 'utf8')), { Name: name })
  }
})

t.test('rejects names that metrics cannot contain', async t => {
  const problems = await problemsOf(t, loadYaml(t, String.raw`hosts: { "a\0": { url: nas }, " ": { url: nas } }`))
  t.match(problems, [
    /:1:10: hosts\.…: must be a non-empty name without control characters$/,
    /:1:31: hosts\. : must be a non-empty name/
  ])
})
