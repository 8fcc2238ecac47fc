import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { folder } from '../support/folder.ts'
import { launch, start } from '../support/start.ts'
import { until } from '../support/until.ts'

t.jobs = 2

/** Where the demo runs, and where its temporary folder is. */
function places (t: Test) {
  const root = folder(t)
  const [cwd, TMPDIR] = [join(root, 'cwd'), join(root, 'tmp')]
  for (const path of [cwd, TMPDIR]) mkdirSync(path)
  return { cwd, env: { TMPDIR, SECRET: 'marked-secret' } }
}

const demosIn = (path: string) => readdirSync(path).filter(name => name.startsWith('dockstat-demo-'))

t.test('shows three hosts and forty containers, and leaves nothing behind', async t => {
  const { cwd, env } = places(t)
  const service = await start(t, { args: ['demo'], cwd, env })
  const get = async (path: string): Promise<Record<string, unknown[]>> =>
    (await fetch(service.url + path, { headers: { authorization: 'marked-secret' } })).json()
  t.match(await get('/hosts'), { nas: { up: true }, web: { up: true }, pi: { up: true } })
  t.equal(Object.values(await get('/stats')).flat().length, 40)
  t.equal((await fetch(`${service.url}/hosts`)).status, 401)
  const [name = ''] = demosIn(env.TMPDIR)
  t.match(readdirSync(join(env.TMPDIR, name)).filter(file => !file.startsWith('history')).sort(),
    ['dockstat.yaml', 'nas.sock', 'pi.sock', 'web.sock'])
  service.child.kill()
  t.equal(await service.ended, 0)
  t.strictSame(demosIn(env.TMPDIR), [])
  t.strictSame(readdirSync(cwd), [])
})

t.test('says that it is a demo, and how to use it', async t => {
  const { cwd, env } = places(t)
  const service = await start(t, { args: ['demo'], cwd, env: { ...env, SECRET: '' } })
  t.match(service.stderr(), /^This is a demo: its 3 hosts and 40 containers do not exist/)
  const [, token = ''] = /curl -H "Authorization: (\S+)" http\S+\/stats\n/.exec(service.stderr()) ?? []
  t.equal((await fetch(`${service.url}/stats`, { headers: { authorization: token } })).status, 200)
  service.child.kill('SIGINT')
  t.equal(await service.ended, 0)
  t.strictSame(demosIn(env.TMPDIR), [])
})

t.test('knows the past day', async t => {
  const { cwd, env } = places(t)
  const service = await start(t, { args: ['demo'], cwd, env })
  const response = await fetch(`${service.url}/hosts/nas/history?from=24h&points=24`,
    { headers: { authorization: 'marked-secret' } })
  const { cpuCores: { avg } }: { cpuCores: { avg: (number | null)[] } } = await response.json()
  t.ok(avg.length >= 12 && avg.every(value => Number(value) > 0), String(avg))
})

t.test('leaves nothing behind if it is stopped while it starts', async t => {
  const { cwd, env } = places(t)
  const service = launch(t, { args: ['demo'], cwd, env })
  await until(() => demosIn(env.TMPDIR).length > 0)
  service.child.kill('SIGINT')
  t.equal(await service.ended, 0)
  t.equal(service.stderr(), '')
  t.strictSame(demosIn(env.TMPDIR), [])
})

t.test('ignores the configuration file of the working directory', async t => {
  const { cwd, env } = places(t)
  const service = await start(t, { args: ['demo'], cwd, yaml: 'invalid\n', env: { ...env, DOCKSTAT_CONFIG: 'none' } })
  t.equal(await (await fetch(`${service.url}/status`)).text(), 'UP')
})

t.test('leaves nothing behind if it cannot listen', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { cwd, env } = places(t)
  const { port } = taken.address() as AddressInfo
  const service = launch(t, { args: ['demo'], cwd, env: { ...env, PORT: String(port) } })
  t.equal(await service.ended, 1)
  t.match(service.stderr(), /^Cannot listen: .*EADDRINUSE/)
  t.strictSame(demosIn(env.TMPDIR), [])
})

t.test('says why it cannot start, and leaves nothing behind', async t => {
  const { cwd, env } = places(t)
  const TMPDIR = join(env.TMPDIR, 'x'.repeat(90))
  mkdirSync(TMPDIR)
  const service = launch(t, { args: ['demo'], cwd, env: { ...env, TMPDIR } })
  t.equal(await service.ended, 1)
  t.match(service.stderr(), /^Cannot start the demo: the path \S+ is too long for Unix sockets; set TMPDIR/)
  t.strictSame(demosIn(TMPDIR), [])
})

t.test('takes no configuration file', async t => {
  const service = launch(t, { args: ['demo', '--config', 'dockstat.yaml'] })
  t.equal(await service.ended, 1)
  t.match(service.stderr(), 'Unexpected argument: --config')
})

t.test('accepts SIGHUP', async t => {
  const { cwd, env } = places(t)
  const service = await start(t, { args: ['demo'], cwd, env })
  service.child.kill('SIGHUP')
  await until(() => service.stdout().includes('Reading the configuration again'))
  t.equal(await (await fetch(`${service.url}/status`)).text(), 'UP')
})
