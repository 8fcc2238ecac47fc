import { execFile } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { docker } from '../real-engine/docker.ts'
import { folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { rules } from '../transports/haproxy.ts'
import { buildHaproxy, compose, deploy, HAPROXY, noCompose, skip, up } from './compose.ts'
import { buildImage, healthy, IMAGE, runImage, socket } from './image.ts'

const base = join(deploy, 'compose.yaml')
const overlays = readdirSync(deploy).filter(name => /^compose\..+\.yaml$/.test(name))
const env = {
  SECRET: 'marked-secret', VALKEY_PASSWORD: 'marked-password', DOMAIN: 'stats.example.com', DOCKER_SOCKET: socket
}
const headers = { authorization: 'marked-secret' }

if (!skip) await Promise.all([buildImage(), buildHaproxy()])

for (const overlay of overlays) {
  t.test(`accepts ${overlay} on top of compose.yaml`, { skip: noCompose }, async t => {
    const files = ['--file', base, '--file', join(deploy, overlay)]
    const { services } = JSON.parse(await compose([...files, 'config', '--format', 'json'], env))
    t.match(services.api, { read_only: true, cap_drop: ['ALL'], environment: { SECRET: 'marked-secret' } })
    const isPublished = !/caddy|nginx|traefik|cluster/.test(overlay)
    t.equal(services.api.ports?.length ?? 0, isPublished ? 1 : 0)
    const { SECRET, ...rest } = env
    const withoutToken = compose(['--env-file', '/dev/null', ...files, 'config', '--quiet'], rest)
    await t.rejects(withoutToken, /the token that requests must bring/)
  })
}

t.test('accepts compose.yaml, host/compose.yaml, and several files together', { skip: noCompose }, async t => {
  t.ok(overlays.length >= 7)
  const together = ['monitoring', 'ssh', 'tls', 'caddy'].map(name => join(deploy, `compose.${name}.yaml`))
  for (const files of [[base], [join(deploy, 'host/compose.yaml')], [base, ...together]]) {
    t.equal(await compose([...files.flatMap(file => ['--file', file]), 'config', '--quiet'], env), '')
  }
})

t.test('compose.cluster.yaml has two replicas, which share no files', { skip: noCompose }, async t => {
  const files = [base, join(deploy, 'compose.cluster.yaml')].flatMap(file => ['--file', file])
  const { services } = JSON.parse(await compose([...files, 'config', '--format', 'json'], env))
  const { api, api2, balancer } = services
  const sources = ({ volumes }: { volumes: { type: string, source: string }[] }) =>
    volumes.filter(({ type }) => type === 'volume').map(({ source }) => source)
  t.strictSame([sources(api), sources(api2)], [['logs', 'data'], ['logs2', 'data2']])
  t.strictSame({ ...api2, volumes: [] }, { ...api, volumes: [] })
  t.equal(api.ports, undefined)
  t.match(balancer.ports, [{ target: 7070, published: '7070' }])
})

t.test('takes the token from .env beside compose.yaml', { skip: noCompose }, async t => {
  const cwd = folder(t)
  cpSync(deploy, cwd, { recursive: true })
  writeFileSync(join(cwd, '.env'), 'SECRET=marked-secret\n')
  const config = await compose(['--file', join(cwd, 'compose.yaml'), 'config', '--format', 'json'], {})
  const { services } = JSON.parse(config)
  t.equal(services.api.environment.SECRET, 'marked-secret')
})

t.test('compose.yaml starts the service, which polls the Engine through the proxy only', { skip }, async t => {
  const cwd = folder(t)
  const engine = 'unix@/var/run/docker.sock'
  writeFileSync(join(cwd, 'haproxy.cfg'), rules({ bind: ':2375', engine, eventsTimeout: '0' }))
  writeFileSync(join(cwd, 'test.yaml'), `services:
    api: { image: '${IMAGE}', ports: !override ['127.0.0.1::7070'], healthcheck: { interval: 1s } }
    socket-proxy:
      image: ${HAPROXY}
      volumes: ['${cwd}/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro']`)
  const project = await up(t, [base, join(cwd, 'test.yaml')], env)
  const api = await project.id('api')
  await until(async () => (await docker('inspect', '--format', '{{.State.Health.Status}}', api)) === 'healthy')
  const url = `http://${await project.port('api', 7070)}`
  const get = async (path: string) => (await fetch(url + path, { headers })).json()
  const host = await until(async () => {
    const { up, error, problems } = await get('/hosts/local')
    return up && { error, problems }
  })
  t.strictSame(host, { error: null, problems: [] })
  const proxied = (path: string) => docker('exec', api, 'node', '-p',
    `fetch('http://socket-proxy:2375${path}').then(({ status }) => status).then(console.log), ''`)
  t.match(await proxied('/info'), '200')
  t.match(await proxied('/images/json'), '403')
  t.ok((await get('/stats')).local.some(({ id }: { id: string }) => id === api), 'watches itself')
  await docker('stop', '-t', '5', api)
  t.equal(await docker('inspect', '--format', '{{.State.ExitCode}}', api), '0')
})

t.test('host/compose.yaml serves reads to clients with a certificate of certificates.sh', { skip }, async t => {
  const cwd = folder(t)
  cpSync(deploy, cwd, { recursive: true })
  await promisify(execFile)(join(cwd, 'certificates.sh'), ['localhost', '127.0.0.1', '::1'])
  cpSync(join(cwd, 'certificates/localhost'), join(cwd, 'host/certificates'), { recursive: true })
  writeFileSync(join(cwd, 'test.yaml'),
    `services: { proxy: { image: '${HAPROXY}', ports: !override ['127.0.0.1::2376'] } }`)
  const project = await up(t, [join(cwd, 'host/compose.yaml'), join(cwd, 'test.yaml')], env)
  const at = `https://localhost:${(await project.port('proxy', 2376)).split(':').at(-1)}`
  const [config, port] = [folder(t), await freePort()]
  writeFileSync(join(config, 'dockstat.yaml'), `hosts: { db: { url: '${at}', tls: { path: /certificates } } }`)
  chmodSync(config, 0o755)
  const client = join(cwd, 'certificates/client')
  const service = await runImage(t, ['--network', 'host', '--env', `PORT=${port}`, '--env', 'HOST=127.0.0.1',
    '--env', 'DOCKSTAT_CONFIG=/config/dockstat.yaml', '--volume', `${config}:/config:ro`,
    '--volume', `${client}:/certificates:ro`])
  await healthy(service)
  const proxy = await project.id('proxy')
  const watched = await until(async () => {
    const body = await service.get<{ db: { id: string }[] }>('/stats', `127.0.0.1:${port}`)
    return body?.db.find(({ id }) => id === proxy)
  })
  t.match(watched, { hostName: 'db', image: HAPROXY, state: 'running' })
  await until(async () => (await service.logs()).includes('event stream: live'))
  t.notMatch(await service.logs(), /"level":[456]0/)
  const curl = (path: string, ...options: string[]) => promisify(execFile)('curl', ['--silent', '--show-error',
    '--cacert', join(client, 'ca.pem'), '--output', '/dev/null', '--write-out', '%{http_code}', ...options, at + path])
  const identity = ['--cert', join(client, 'cert.pem'), '--key', join(client, 'key.pem')]
  const statusOf = async (path: string, ...options: string[]) => (await curl(path, ...identity, ...options)).stdout
  t.equal(await statusOf('/v1.41/info'), '200')
  for (const path of ['/images/json', `/containers/${proxy}/logs`, `/containers/${proxy}/archive?path=/`, '/secrets']) {
    t.equal(await statusOf(path), '403', path)
  }
  t.equal(await statusOf('/info', '--request', 'POST'), '403')
  await t.rejects(curl('/info'), /certificate required|handshake|alert/)
})
