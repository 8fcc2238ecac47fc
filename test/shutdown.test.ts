import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { openEvents } from './support/event-stream.ts'
import { startFakeEngine } from './support/fake-engine.ts'
import { start, type RunningService } from './support/start.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'
import { until } from './support/until.ts'

t.jobs = 2

const LIMIT = 5000
const LARGE = `# ${'x'.repeat(20e6)}\n`

async function dial (t: Test, { port }: RunningService): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Requests a large response and waits for its beginning without reading it. */
async function askAndWait (t: Test, service: RunningService): Promise<Socket> {
  const socket = await dial(t, service)
  socket.write('GET /config HTTP/1.1\r\nHost: localhost\r\nAuthorization: marked-secret\r\n\r\n')
  await once(socket, 'readable')
  return socket
}

const startLarge = (t: Test) => start(t, { yaml: LARGE, env: { SECRET: 'marked-secret', LOG_LEVEL: 'debug' } })

/** Resolves once the log file has lines. */
const logged = (service: RunningService) => until(() => service.logged())

async function signal (service: RunningService, name: NodeJS.Signals) {
  service.child.kill(name)
  await until(() => service.stdout().includes('"msg":"stopping"'))
}

for (const name of ['SIGTERM', 'SIGINT'] as const) {
  t.test(`stops gracefully and in time on ${name} although an Engine hangs`, async t => {
    const engine = await startFakeEngine(t)
    engine.handler = () => {}
    const service = await start(t, { env: { DOCKER_HOST: engine.address } })
    await until(() => engine.requests.length > 0)
    const signalled = Date.now()
    service.child.kill(name)
    t.equal(await service.ended, 0)
    t.ok(Date.now() - signalled < LIMIT)
    const last = service.logged().trimEnd().split('\n').at(-1) ?? ''
    t.match(JSON.parse(last), { level: 30, signal: name, msg: 'stopping' })
  })
}

t.test('finishes a response that a client is still reading', async t => {
  const service = await startLarge(t)
  const socket = await askAndWait(t, service)
  await signal(service, 'SIGTERM')
  let length = 0
  for await (const chunk of socket) length += chunk.length
  t.ok(length > LARGE.length)
  t.equal(await service.ended, 0)
  t.match(service.logged().trimEnd().split('\n').at(-1), 'request completed')
})

t.test('drops a client that never finishes reading its response', async t => {
  const service = await startLarge(t)
  await askAndWait(t, service)
  const signalled = Date.now()
  await signal(service, 'SIGTERM')
  t.equal(await service.ended, 0)
  t.ok(Date.now() - signalled < LIMIT)
})

t.test('drops connections without a complete request immediately', async t => {
  const service = await start(t)
  const silent = await dial(t, service)
  const hesitant = await dial(t, service)
  hesitant.write('GET /stats HTTP/1.1\r\nHost: ')
  await fetch(`${service.url}/status`)
  service.child.kill()
  await Promise.all([once(silent.resume(), 'close'), once(hesitant.resume(), 'close')])
  t.equal(await service.ended, 0)
  t.notMatch(service.stdout(), 'killed by timeout')
})

t.test('stops immediately on a second signal', async t => {
  const service = await startLarge(t)
  await logged(service)
  await askAndWait(t, service)
  await signal(service, 'SIGTERM')
  service.child.kill('SIGINT')
  t.equal(await service.ended, 1)
  t.match(service.logged().trimEnd().split('\n').at(-1), 'second SIGINT, exiting')
})

t.test('takes a signal that npm passes on as the one that the terminal sent', async t => {
  const service = await startLarge(t)
  await logged(service)
  await askAndWait(t, service)
  service.child.kill('SIGINT')
  await sleep(50)
  service.child.kill('SIGINT')
  t.equal(await service.ended, 0)
  t.notMatch(service.logged(), 'second SIGINT')
})

t.test('logs an unexpected error and exits with code 1', async t => {
  const fault = "data:text/javascript,process.once('SIGWINCH', () => { throw new Error('a fault') })"
  const service = await start(t, { wrap: ([node = '', ...rest]) => [node, '--import', fault, ...rest] })
  await logged(service)
  service.child.kill('SIGWINCH')
  t.equal(await service.ended, 1)
  const fatal = service.logged().split('\n').find(line => line.includes('"level":60')) ?? '{}'
  t.match(JSON.parse(fatal), { msg: 'unexpected error, stopping', err: { message: 'a fault' } })
})

/** Resolves once the service has logged SIGHUP. */
const hangupLogged = (service: RunningService) =>
  until(() => service.logged().includes('"signal":"SIGHUP","msg":"Reading the configuration again"'))

t.test('keeps running after SIGHUP, as under nohup', async t => {
  const service = await start(t, { wrap: command => ['nohup', ...command] })
  service.child.kill('SIGHUP')
  await hangupLogged(service)
  service.child.kill('SIGHUP')
  t.equal(await (await fetch(`${service.url}/status`)).text(), 'UP')
  service.child.kill('SIGTERM')
  t.equal(await service.ended, 0)
})

t.test('keeps running when its terminal is closed', { skip: noTerminal }, async t => {
  const service = await start(t, { wrap: onTerminal })
  await logged(service)
  const { pid } = JSON.parse(service.logged().split('\n')[0] ?? '{}')
  t.teardown(() => process.kill(pid, 'SIGKILL'))
  service.child.kill('SIGKILL')
  await hangupLogged(service)
  t.equal(await (await fetch(`${service.url}/status`)).text(), 'UP')
})

t.test('stops with code 0 after its terminal was closed', { skip: noTerminal }, async t => {
  const script = 'trap "" HUP; "$@"; echo $? > code'
  const service = await start(t, { wrap: command => onTerminal(['sh', '-c', script, 'sh', ...command]) })
  await logged(service)
  const { pid } = JSON.parse(service.logged().split('\n')[0] ?? '{}')
  service.child.kill('SIGKILL')
  await service.ended
  process.kill(pid, 'SIGTERM')
  const code = join(service.cwd, 'code')
  t.equal(await until(() => existsSync(code) && readFileSync(code, 'utf8')), '0\n')
})

t.test('ends streams at once, with a last event', async t => {
  const service = await start(t, { env: { SECRET: 'marked-secret' } })
  const events = await openEvents(t, `${service.url}/stream`)
  await events.find('snapshot')
  const signalled = Date.now()
  service.child.kill('SIGTERM')
  t.match(await events.find('end'), { data: { reason: 'shutdown' } })
  t.equal(await service.ended, 0)
  t.ok(Date.now() - signalled < 2900, 'no response was waited for')
  t.equal(events.state, 'ended')
})
