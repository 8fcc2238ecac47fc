import { chmodSync, chownSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { docker } from '../real-engine/docker.ts'
import { folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { refusals, refuse } from '../support/refuse.ts'
import { until } from '../support/until.ts'
import { skip as noSshd, startSshd } from '../transports/sshd.ts'
import { BASE, buildImage, healthy, IMAGE, mountSocket, root, runImage, skip, socket } from './image.ts'

const MB = 1_000_000

const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'))
const inspect = async (image: string) => JSON.parse(await docker('image', 'inspect', '--format', '{{json .}}', image))
const sh = (command: string) => docker('run', '--rm', '--entrypoint', 'sh', IMAGE, '-c', command)

if (!skip) await buildImage()
const group = skip ? [] : ['--group-add', String(statSync(socket).gid)]

interface Host {
  up: boolean
  containerCount: number
}

t.test('adds less than 90 MB to its base', { skip }, async t => {
  const [image, base] = await Promise.all([IMAGE, BASE].map(inspect))
  const added = image.Size - base.Size
  t.ok(added > 0 && added < 90 * MB, `${added / MB} MB`)
})

t.test('says what it is, runs as `node`, and keeps log and history in volumes', { skip }, async t => {
  const { Config } = await inspect(IMAGE)
  const { version, license } = read('package.json')
  t.match(Config.Labels, {
    'org.opencontainers.image.title': 'DockStatAPI',
    'org.opencontainers.image.licenses': license,
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.source': ''
  })
  t.strictSame([Config.User, Config.Volumes], ['node', { '/app/logs': {}, '/app/data': {} }])
})

t.test('contains production dependencies only, and no source maps', { skip }, async t => {
  const { packages } = read('package-lock.json')
  const listed = await sh('find node_modules -name package.json | sed "s:/package.json$::"')
  const installed = listed.split('\n').filter(path => path in packages)
  t.ok(installed.includes('node_modules/fastify') && installed.includes('node_modules/libsql'))
  t.strictSame(installed.filter(path => packages[path].dev), [])
  const { dependencies } = read('package.json')
  t.strictSame(Object.keys(dependencies).filter(name => !installed.includes(`node_modules/${name}`)), [])
  t.equal(await sh('find /app -name "*.map" -o -name "*.ts"; grep -rl sourceMappingURL dist || true'), '')
  t.equal(await sh('find /app ! -user root ! -path /app/logs ! -path /app/data'), '', 'cannot change its own files')
})

t.test('polls the mounted socket without any privilege, becomes healthy, and stops', { skip }, async t => {
  const service = await runImage(t, [...mountSocket, ...group])
  await healthy(service)
  const host = await until(async () => {
    const hosts = await service.get<{ local: Host }>('/hosts')
    return hosts?.local.up ? hosts.local : null
  })
  t.ok(host.containerCount > 0)
  const status = await service.shell('cat /proc/1/status')
  t.match(status, /^Uid:\s+1000\s+1000\s/m)
  t.match(status, /^CapBnd:\s+0+$/m)
  t.match(status, /^NoNewPrivs:\s+1$/m)
  await t.rejects(service.shell('touch dist/new'), /Read-only file system/)
  await until(async () => (await service.shell('head -c 15 data/history.db')) === 'SQLite format 3')
  t.match(await service.shell('cat logs/*'), 'Server listening')
  t.equal(await service.stop(), 0)
  t.notMatch(await service.logs(), /"level":[456]0/)
})

t.test('keeps its log complete as the first process of a container', { skip }, async t => {
  const service = await runImage(t)
  await healthy(service)
  const url = `http://${await docker('port', service.id, '7070/tcp')}`
  await refuse(url, 3)
  await refuse(url, 1, `/${'x'.repeat(12_000)}`)
  t.equal(await service.stop(), 0)
  const logged = await service.logs()
  t.equal(refusals(logged), 4)
  const lines = logged.split('\n').map(line => JSON.parse(line))
  for (const line of lines) t.match(line, { level: Number, pid: 1, msg: String })
  t.equal(lines.at(-1).msg, 'stopping')
})

t.test('logs readable lines with `docker run -t`', { skip }, async t => {
  const service = await runImage(t, ['--tty'])
  await healthy(service)
  t.equal(await service.stop(), 0)
  const logged = await service.logs()
  t.match(logged, /INFO.*: .*Server listening at/)
  t.match(logged, /INFO.*: .*stopping/)
  t.notMatch(logged, '"level"')
})

t.test('polls a host over ssh, with a key and known hosts in a mounted folder', { skip: skip || noSshd }, async t => {
  const sshd = await startSshd(t)
  const [ssh, config, port] = [folder(t), folder(t), await freePort()]
  copyFileSync(sshd.files.key, join(ssh, 'id_ed25519'))
  copyFileSync(sshd.files.known, join(ssh, 'known_hosts'))
  for (const path of [ssh, join(ssh, 'id_ed25519'), join(ssh, 'known_hosts')]) chownSync(path, 1000, 1000)
  writeFileSync(join(config, 'dockstat.yaml'), `hosts: { far: { url: '${sshd.address}' } }`)
  chmodSync(config, 0o755)
  const service = await runImage(t, ['--network', 'host', '--env', `PORT=${port}`, '--env', 'HOST=127.0.0.1',
    '--volume', `${ssh}:/home/node/.ssh:ro`, '--volume', `${config}:/config:ro`,
    '--env', 'DOCKSTAT_CONFIG=/config/dockstat.yaml'])
  await healthy(service)
  const hosts = () => service.get<{ far: Host }>('/hosts', `127.0.0.1:${port}`)
  await until(async () => (await hosts())?.far.up)
  t.ok((await hosts())?.far.containerCount)
  t.equal(await service.stop(), 0)
  t.equal(sshd.running(), 0)
})

t.test('runs without the history on disk where SQLite has no build, and says so', { skip }, async t => {
  const service = await runImage(t, ['--tmpfs', '/app/node_modules/@libsql'])
  await healthy(service)
  const line = await until(async () => (await service.logs()).split('\n').find(line => line.includes('history file')))
  t.match(JSON.parse(line), { level: 40, msg: /the history is only in memory now: Cannot find module '@libsql\// })
  t.equal(await service.stop(), 0)
})
