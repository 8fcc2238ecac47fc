import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { build, type BuildOptions } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'

const headers = { authorization: 'marked-secret' }
const containers = containerList([
  { id: 'aa', names: ['/web'], labels: { team: 'blue' } }, { id: 'bb', names: ['/db'], labels: { team: 'red' } }
])

/** Builds the service, and edits its file as a user does. */
async function edit (t: Test, options: BuildOptions) {
  const built = await build(t, options)
  const file = join(built.cwd, 'dockstat.yaml')
  const get = (url: string) => built.app.inject({ url, headers })
  const json = async (url: string) => (await get(url)).json()
  const lines = () => built.log().split('\n').filter(Boolean).map(line => JSON.parse(line))
  return { ...built, file, get, json, lines, save: (yaml: string) => writeFileSync(file, yaml) }
}

t.test('an edit applies: hosts, tags, links, token', async t => {
  const [one, two] = [await startFakeEngine(t, { containers }), await startFakeEngine(t, { containers })]
  const yaml = (hosts: string, rest = '') => `mintimeout: 100\nhosts: { ${hosts} }\n${rest}`
  const first = `one: { url: "${one.address}" }`
  const { app, save, get, json, lines } = await edit(t, { yaml: yaml(first), env: { SECRET: '' } })
  await until(() => app.stats.snapshots()[0]?.up === true)
  const epoch = app.stats.snapshots()[0]?.epoch
  t.equal((await get('/stats')).statusCode, 401)
  save(yaml(`${first}, two: { url: "${two.address}" }`, 'auth: { token: marked-secret }'))
  await until(async () => Object.keys(await json('/stats')).join() === 'one,two')
  await until(() => app.stats.snapshots().every(({ up }) => up))
  t.equal(app.stats.snapshots()[0]?.epoch, epoch, 'the same collector')
  t.equal(one.streams.size, 1)
  const { headers: { etag } } = await get('/stats')
  save(yaml(first, 'auth: { token: marked-secret }\ncontainer: { web: { tags: x } }\ntags: { x: red }'))
  await until(async () => (await json('/stats')).one[0].tags === 'x:red')
  t.not((await get('/stats')).headers.etag, etag)
  t.match(lines().filter(({ msg }) => msg === 'Configuration reloaded').map(({ changed }) => changed),
    [['auth', 'hosts'], ['tags', 'hosts', 'container']])
})

t.test('labels and filters apply without a new connection', async t => {
  const engine = await startFakeEngine(t, { containers })
  const yaml = (rest: string) => `mintimeout: 60000\nhosts: { one: { url: "${engine.address}" } }\n${rest}`
  const { app, save, json } = await edit(t, { yaml: yaml('filter: { exclude: [web] }') })
  const names = async () => (await json('/containers')).map(({ name }: { name: string }) => name).join()
  await until(() => app.stats.snapshots()[0]?.up === true)
  t.equal(await names(), 'db')
  save(yaml('labels: [team]'))
  await until(async () => await names() === 'web,db')
  await until(async () => (await json('/containers'))[0].labels.team === 'blue')
  await until(() => app.stats.snapshots()[0]?.containers.every(({ sample }) => sample !== null) === true)
  await until(() => engine.requests.some(path => path.endsWith('/aa/json')))
  save(yaml('filter: { exclude: ["label:team=red"] }'))
  await until(async () => await names() === 'web')
  t.notHas((await json('/containers'))[0].labels, 'team')
  t.equal(app.stats.snapshots()[0]?.up, true)
  t.equal(engine.requests.filter(path => path.includes('/events')).length, 1)
})

t.test('an invalid edit changes nothing but how it shows', async t => {
  const engine = await startFakeEngine(t, { containers })
  const yaml = `hosts: { one: { url: "${engine.address}" } }\n`
  const { app, save, get, json, lines } = await edit(t, { yaml })
  await until(() => app.stats.snapshots()[0]?.up === true)
  const loaded = async () => /last_reload_successful (\d)/.exec((await get('/metrics')).body)?.[1]
  t.equal(await loaded(), '1')
  t.equal((await json('/hosts/one')).configuration.isCurrent, true)
  const { headers: { etag } } = await get('/metrics')
  save(`${yaml}mintimout: 5\nresync: 1\n`)
  await until(async () => await loaded() === '0')
  t.not((await get('/metrics')).headers.etag, etag)
  t.equal((await json('/hosts/one')).configuration.isCurrent, false)
  const { body } = await get('/config')
  t.match(body, /^# The file on disk has been invalid since 20.*Z\. This is .* in use\.\n# dockstat.yaml:2:1: /)
  t.ok(body.endsWith(`\n${yaml}`))
  save(`# the same problems\n${yaml}mintimout: 5\nresync: 1\n`)
  await until(async () => (await get('/config')).body.includes('dockstat.yaml:3:1'))
  await app.reloadConfig()
  const logged = lines().filter(({ level }) => level === 50)
  t.match(logged, [
    { problems: [/^dockstat.yaml:2:1: mintimout: unknown key/, /^dockstat.yaml:3:9: resync: must be/] },
    { problems: [/^dockstat.yaml:3:1:/, /^dockstat.yaml:4:9:/] }
  ])
  t.equal(logged.length, 2, 'once per set of problems')
  t.equal(app.stats.snapshots()[0]?.up, true)
  save(yaml)
  await until(async () => await loaded() === '1')
  t.equal((await get('/config')).body, yaml)
  t.equal((await json('/hosts/one')).configuration.isCurrent, true)
})

t.test('a storm of edits, half of them broken, ends in the right state', async t => {
  const engines = [await startFakeEngine(t, { containers }), await startFakeEngine(t, { containers })] as const
  const yaml = (index: number) => `mintimeout: 100\nhosts: { one: { url: "${engines[index % 2]?.address}" } }\n`
  const { app, save, json } = await edit(t, { yaml: yaml(0) })
  for (let times = 0; times < 100; times++) {
    save(times % 2 === 0 ? 'hosts: { one: {' : yaml(times % 4))
    await sleep(10)
  }
  save(yaml(1))
  await until(() => app.stats.snapshots()[0]?.address === engines[1].address && app.stats.snapshots()[0]?.up === true)
  await until(async () => (await json('/hosts/one')).configuration.isCurrent)
  await until(() => engines[0].sockets.size === 0)
  t.equal(engines[1].streams.size, 1, 'one collector')
  t.equal(app.stats.snapshots().length, 1)
})

t.test('says what only a restart can change', async t => {
  const { app, save, lines } = await edit(t, { yaml: '' })
  save('server: { socket: { path: a.sock } }\nlabels: [a]')
  await until(() => app.config.labels.length === 1)
  t.equal(app.config.listen.socket, null)
  t.match(lines().filter(({ level, keys }) => level === 40 && keys),
    [{ keys: ['server.socket'], msg: 'Restart the service to change server.socket' }])
})

t.test('the log file follows the configuration, and is opened again on request', async t => {
  const { app, cwd, save } = await edit(t, { yaml: 'log: { file: a.log }' })
  app.log.info('to the first file')
  save('log: { file: b.log }')
  await until(() => app.config.log.file?.endsWith('b.log') === true)
  app.log.info('to the second file')
  const read = (name: string) => existsSync(join(cwd, name)) ? readFileSync(join(cwd, name), 'utf8') : ''
  await until(() => read('b.1.log').includes('to the second file'))
  t.match(read('a.1.log'), 'to the first file')
  t.notMatch(read('a.1.log'), 'to the second file')
  renameSync(join(cwd, 'b.1.log'), join(cwd, 'moved.log'))
  app.reopenLog()
  app.log.info('to a new file')
  await until(() => read('b.1.log').includes('to a new file'))
  t.notMatch(read('moved.log'), 'to a new file')
})

t.test('a changed SECRET_FILE and a change of comments apply', async t => {
  const env = { SECRET: '', SECRET_FILE: 'token' }
  const { app, cwd, file, get } = await edit(t, { env, files: { token: 'first' } })
  t.equal((await get('/config')).statusCode, 401)
  writeFileSync(join(cwd, 'token'), 'marked-secret')
  await until(async () => (await get('/config')).statusCode === 200)
  appendFileSync(file, '# a comment\n')
  await until(async () => (await get('/config')).body === '# a comment\n')
  t.equal(app.config.version, 3)
})

t.test('reports a configuration that cannot be applied completely', async t => {
  const { app, save, lines } = await edit(t, { yaml: '' })
  app.onConfig(() => { throw new Error('a listener broke') })
  save('labels: [a]')
  await until(() => lines().some(({ level, err }) => level === 50 && err?.message === 'a listener broke'))
  t.strictSame(app.config.labels, ['a'])
})

t.test('a missing or empty file changes nothing', async t => {
  const { app, file, save, get, lines } = await edit(t, { yaml: 'labels: [a]\n' })
  const problems = () => lines().flatMap(({ problems = [] }) => problems)
  save(' \n')
  await until(() => problems().length === 1)
  t.match((await get('/config')).body, /^# The file on disk .*\n# dockstat.yaml: the file is empty; .*\nlabels/)
  rmSync(file)
  await until(() => problems().length === 2)
  t.equal(problems()[1], 'dockstat.yaml: the file is missing')
  t.strictSame(app.config.labels, ['a'])
  writeFileSync(join(file, '../dockstat.yml'), 'labels: [b]\n')
  await until(() => app.config.labels.join() === 'b')
  save('# defaults\n')
  await until(() => app.config.labels.length === 0)
})
