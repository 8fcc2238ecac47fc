import { execFile } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { loadConfig } from '../lib/config/load.ts'
import { environmentSchema } from '../lib/config/environment.ts'
import { folder } from './support/folder.ts'

const root = join(import.meta.dirname, '..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')
const lines = (name: string) => read(name).replaceAll('\\\n', '').split('\n').filter(Boolean)
const run = promisify(execFile)
const env = { PATH: process.env.PATH }

const { PORT, DOCKER_HOST } = environmentSchema.properties
const stages = lines('Dockerfile').join('\n').split(/^FROM /m).slice(1)
const image = stages.at(-1) ?? ''
const compose = parse(read('deploy/compose.yaml'))

t.test('bases the image on Node.js 24 and runs the service as an unprivileged user', async t => {
  t.equal(stages.length, 3)
  for (const stage of stages) t.match(stage, /^node:\$\{NODE\}-bookworm-slim\s/)
  t.match(read('Dockerfile'), /^ARG NODE=24$/m)
  t.match(image, /^USER node$[^]*^CMD \["node", "--v8-pool-size=1", "dist\/server.js"\]$/m)
  t.match(image, /^ENV NODE_ENV=production$/m)
  t.match(image, `EXPOSE ${PORT.default}`)
  t.match(image, /^HEALTHCHECK .*CMD \["node", "dist\/server.js", "health"\]$/m)
})

t.test('puts only production files into the image', async t => {
  const copied = image.match(/^COPY .*$/mg) ?? []
  t.strictSame(copied.flatMap(line => line.split(' ').slice(2, -1)), [
    '/app/package.json', '/app/dockstat.yaml', '/app/node_modules', '/app/dist'
  ])
  t.match(stages[1], /^.* AS modules\n[^]*^RUN npm ci --omit=dev/m)
})

t.test('compiles the files in the build context, which import nothing outside it', async t => {
  const cwd = folder(t)
  for (const line of lines('.dockerignore').filter(line => line.startsWith('!'))) {
    cpSync(join(root, line.slice(1)), join(cwd, line.slice(1)), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(cwd, 'node_modules'))
  await run('npm', ['run', 'build'], { cwd, env })
  const compiled = readdirSync(join(cwd, 'dist'), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.js'))
  const imported = compiled.flatMap(file => [...readFileSync(join(cwd, 'dist', file), 'utf8')
    .matchAll(/^import .*?'((?:@[\w-]+\/)?[\w:-]+)[^']*'/mg)].map(([, name = '']) => name))
  t.ok(compiled.includes('server.js') && imported.includes('fastify'))
  t.ok(existsSync(join(cwd, 'dist/web/index.html')))
  t.match(readFileSync(join(cwd, 'dist/server.js'), 'utf8'), /^#!\/usr\/bin\/env node\n/)
  await t.rejects(run('node', ['dist/server.js', 'health'], { cwd, env: { ...env, PORT: '1' } }), {
    code: 1,
    stderr: /^GET \/status from 127\.0\.0\.1:1: .*\n$/
  })
  const { dependencies } = JSON.parse(read('package.json'))
  t.strictSame(imported.filter(name => !isBuiltin(name) && !(name in dependencies)), [])
})

t.test('allows only the requests of the service through the proxy', async t => {
  const { environment, networks, ports } = compose.services['socket-proxy']
  t.strictSame(environment, { CONTAINERS: 1, INFO: 1, EVENTS: 1, VERSION: 1, PING: 1 })
  t.strictSame([networks, ports], [['engine'], undefined])
  t.ok(compose.networks.engine.internal)
})

t.test('mounts the socket only into the proxy', async t => {
  const socket = DOCKER_HOST.default.replace('unix://', '')
  const mounts = (service: string) => compose.services[service].volumes.filter((volume: string) => /sock/.test(volume))
  t.strictSame(mounts('socket-proxy'), [`\${DOCKER_SOCKET:-${socket}}:${socket}:ro`])
  t.strictSame(mounts('api'), [])
})

t.test('runs the service in compose.yaml without privileges and with a token', async t => {
  const { read_only: isReadOnly, cap_drop: dropped, security_opt: security, ports, environment } = compose.services.api
  t.strictSame({ isReadOnly, dropped, security, ports }, {
    isReadOnly: true,
    dropped: ['ALL'],
    security: ['no-new-privileges:true'],
    ports: [`${PORT.default}:${PORT.default}`]
  })
  t.match(environment, { SECRET: /^\$\{SECRET:\?.+\}$/, DOCKER_HOST: 'tcp://socket-proxy:2375' })
  t.strictSame(Object.keys(environment).filter(name => !(name in environmentSchema.properties)), [])
})

t.test('mounts a folder with a valid configuration in compose.yaml', async t => {
  const [mount] = compose.services.api.volumes
  const [source, target] = mount.split(':')
  const cwd = join(root, 'deploy', source)
  t.ok(statSync(cwd).isDirectory())
  t.equal(compose.services.api.environment.DOCKSTAT_CONFIG, `${target}/dockstat.yaml`)
  const { hosts } = await loadConfig({ cwd, env: { DOCKER_HOST: 'tcp://socket-proxy:2375' } })
  t.strictSame(hosts, [{ name: 'local', address: 'tcp://socket-proxy:2375' }])
})

t.test('mounts existing files in compose.monitoring.yaml, and passes the token to Prometheus', async t => {
  const { services, secrets } = parse(read('deploy/compose.monitoring.yaml'))
  const mounted: string[] = [services.prometheus, services.grafana].flatMap(({ volumes }) => volumes)
    .filter((volume: string) => volume.startsWith('./'))
  t.equal(mounted.length, 4)
  for (const mount of mounted) t.ok(existsSync(join(root, 'deploy', mount.split(':')[0] ?? '')), mount)
  t.strictSame(secrets, { 'dockstat-token': { environment: 'SECRET' } })
  t.strictSame(services.api.networks.outside.aliases, ['dockstatapi'], 'the name in prometheus.yml')
})
