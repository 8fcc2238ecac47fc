import t, { type Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { EngineClient } from '../../../../lib/engine/client.ts'
import { ssh } from '../../../../lib/engine/transports/ssh.ts'
import { codeOf, messageOf } from '../../../../lib/errors.ts'
import { Collector } from '../../../../lib/collector/collector.ts'
import { timingOf } from '../../../../lib/collector/timing.ts'
import { containerList, startFakeEngine } from '../../../support/fake-engine.ts'
import { fakeSsh, isRunning, prependPath } from '../../../support/fake-ssh.ts'
import { folder } from '../../../support/folder.ts'
import { fixture } from '../../../support/fixture.ts'
import { until } from '../../../support/until.ts'
import { configuration } from '../../../support/snapshots.ts'

const BEFORE_HOST = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=8', '-T']
const DIAL = ['system', 'dial-stdio']

function client (t: Test, address = 'ssh://nas'): EngineClient {
  const engine = new EngineClient({ address })
  t.teardown(() => engine.close())
  return engine
}

const errorOf = (call: Promise<unknown>): Promise<{ code: string, message: string }> => call.then(
  () => ({ code: 'none', message: '' }), error => ({ code: codeOf(error), message: messageOf(error) }))

t.test('runs ssh as docker does', async t => {
  const fake = await startFakeEngine(t)
  const program = fakeSsh(t, fake.address)
  const cases: [address: string, args: string[]][] = [
    ['ssh://nas', ['--', 'nas', 'docker', ...DIAL]],
    ['ssh://me@nas:2222', ['-l', 'me', '-p', '2222', '--', 'nas', 'docker', ...DIAL]],
    ['ssh://[fd00::10]', ['--', 'fd00::10', 'docker', ...DIAL]],
    ['ssh://nas/run/user/1000/docker.sock',
      ['--', 'nas', 'docker', '--host=unix:///run/user/1000/docker.sock', ...DIAL]],
    ['ssh://-oProxyCommand=x', ['--', '-oProxyCommand=x', 'docker', ...DIAL]]
  ]
  for (const [address] of cases) await client(t, address).ping()
  t.strictSame(program.starts().map(({ args }) => args), cases.map(([, args]) => [...BEFORE_HOST, ...args]))
})

t.test('rejects an address with characters that are special to the remote shell', async t => {
  for (const address of ['ssh://', 'ssh://nas/$(id)', 'ssh://nas/a b', 'ssh://nas:x']) {
    t.throws(() => ssh({ address }), { message: `invalid ssh address ${address}` })
  }
})

t.test('reuses its connections', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const program = fakeSsh(t, fake.address)
  const engine = client(t)
  t.match(await engine.containers(), [{ id: 'aa' }])
  t.match(await engine.stats('aa'), { cpu: { total: 24064939738 } })
  for (let call = 0; call < 20; call++) await engine.info()
  t.ok(program.starts().length <= 2, 'a second only if a call precedes the release of the first')
})

t.test('opens at most four connections, plus one for events', async t => {
  const fake = await startFakeEngine(t)
  const program = fakeSsh(t, fake.address)
  const engine = client(t)
  const ending = new AbortController()
  const events = engine.events(0, ending.signal, () => {})
  const next = events.next().catch(() => {})
  await Promise.all(Array.from({ length: 40 }, () => engine.info()))
  await until(() => fake.streams.size === 1)
  const starts = program.starts()
  t.equal(starts.length, 5)
  t.equal(program.running(), 5)
  ending.abort() // undici may connect again at once, without a request
  await next
  await until(() => starts.filter(isRunning).length === 4)
  t.ok(program.running() <= 5)
  t.equal(fake.streams.size, 0, 'the remote side ends streams that are no longer read')
})

t.test('receives responses that are larger than any buffer', async t => {
  const containers = Array.from({ length: 5000 }, (_, index) => ({ id: `c${index}`, image: 'i'.repeat(400) }))
  const fake = await startFakeEngine(t, { containers: containerList(containers) })
  fakeSsh(t, fake.address)
  t.equal((await client(t).containers()).length, containers.length)
})

t.test('samples 100 containers of a ticked Engine', async t => {
  const ids = Array.from({ length: 100 }, (_, index) => `c${index}`)
  const fake = await startFakeEngine(t, {
    server: 'Docker/20.10.24 (linux)', apiVersion: '1.41', containers: containerList(ids.map(id => ({ id })))
  })
  let underWay = 0
  let most = 0
  fake.handler = (request, response) => {
    if (!request.url?.includes('/stats')) return false
    most = Math.max(most, ++underWay)
    sleep(20).then(() => {
      underWay--
      response.end(fixture('v28/stats-one-shot.json'))
    })
  }
  const program = fakeSsh(t, fake.address)
  const engine = client(t)
  const timing = { ...timingOf(100, 60_000), statsWithin: 60_000, deadline: 60_000 }
  const warnings: string[] = []
  const log = { info () {}, warn: (_fields: object, message: string) => { warnings.push(message) } }
  const collector = new Collector({ host: 'nas', engine, configuration, timing, log })
  t.teardown(() => collector.stop())
  collector.start()
  await until(() => collector.snapshot.up)
  t.equal(collector.snapshot.containers.filter(({ sample }) => sample).length, ids.length)
  t.equal(most, 4, 'no call spends its timeout in the queue')
  t.ok(program.starts().length <= 6)
  t.strictSame(warnings, [])
})

t.test('reports the last 300 characters of the output of ssh', async t => {
  const fake = await startFakeEngine(t)
  const says = (text: string, status = 255) =>
    `process.stderr.write(${JSON.stringify(text)})\nprocess.exitCode = ${status}`
  const cases: [script: string, message: RegExp][] = [
    [says('me@nas: Permission denied (publickey).\r\n'), /ERR_SSH: me@nas: Permission denied \(publickey\)\.\)$/],
    [says('No key is known.\nHost key verification failed.\n'), /: No key is known\. Host key verification failed\./],
    [says('ssh: Could not resolve hostname nas: Name or service not known'), /Could not resolve hostname nas/],
    [says('ssh: connect to host nas port 22: Connection refused'), /Connection refused/],
    [says('sh: 1: docker: not found', 127), /docker: not found/],
    [says(`${'x'.repeat(5000)}${'y'.repeat(299)}`), /ERR_SSH: xy{299}\)$/],
    ['process.exitCode = 7', /ssh exited with 7/],
    ['process.kill(process.pid, "SIGKILL")', /ssh exited with SIGKILL/]
  ]
  for (const [script, message] of cases) {
    const program = fakeSsh(t, fake.address, script)
    const error = await errorOf(client(t).ping())
    t.equal(error.code, 'ENGINE_SSH')
    t.match(error.message, /^ssh:\/\/nas: GET \/_ping: ssh connection failed \(/)
    t.match(error.message, message)
    t.equal(program.running(), 0)
  }
})

t.test('reports that ssh is not installed', async t => {
  const before = process.env.PATH
  process.env.PATH = folder(t)
  t.teardown(() => { process.env.PATH = before })
  t.match(await errorOf(client(t).ping()), { code: 'ENGINE_SSH', message: /cannot start ssh: spawn ssh ENOENT/ })
})

t.test('does not retry immediately after a rejection', async t => {
  const fake = await startFakeEngine(t)
  const program = fakeSsh(t, fake.address, 'process.stderr.write("no")\nprocess.exitCode = 255')
  const engine = client(t)
  const first = await errorOf(engine.ping())
  t.strictSame(await Promise.all(Array.from({ length: 20 }, () => errorOf(engine.ping()))), Array(20).fill(first))
  t.equal(program.starts().length, 1)
  const path = folder(t)
  prependPath(t, path)
  const other = fakeSsh(t, fake.address)
  await until(async () => (await errorOf(engine.ping())).code === 'none')
  t.equal(other.starts().length, 1)
})

t.test('retries if ssh exits while idle or during a call', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const program = fakeSsh(t, fake.address)
  const engine = client(t)
  await engine.containers()
  for (const { pid } of program.starts()) process.kill(pid)
  await until(() => program.running() === 0)
  t.match(await engine.containers(), [{ id: 'aa' }])
  fake.handler = request => {
    fake.handler = null
    request.socket.destroy()
  }
  t.match(await engine.containers(), [{ id: 'aa' }])
})

t.test('does not blame ssh for a connection that is lost after a response', async t => {
  const fake = await startFakeEngine(t)
  fakeSsh(t, fake.address, 'dial().once("data", () => process.stderr.write("cut off", () => process.exit(255)))')
  fake.handler = (_request, response) => response.writeHead(200, { 'Content-Length': 9 }).write('half')
  t.match(await errorOf(client(t).ping()), { code: 'ENGINE_DISCONNECTED', message: /UND_ERR_SOCKET: cut off/ })
})

t.test('stops every ssh process when it is closed, even one that ignores SIGTERM', async t => {
  const fake = await startFakeEngine(t)
  for (const script of ['dial()', 'process.on("SIGTERM", () => {})\ndial()', 'setInterval(() => {}, 1000)']) {
    const program = fakeSsh(t, fake.address, script)
    const engine = client(t)
    const calls = Promise.all(Array.from({ length: 4 }, () => errorOf(engine.ping())))
    await until(() => program.starts().length === 4)
    if (script.includes('dial')) await calls
    await engine.close()
    t.equal(program.running(), 0, script)
    await calls
  }
})
