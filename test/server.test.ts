import { execFile, spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { version } from '../lib/version.ts'
import { containerList, startFakeEngine } from './support/fake-engine.ts'
import { folder } from './support/folder.ts'
import { launch, start, type RunningService, type Service } from './support/start.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'
import { until } from './support/until.ts'

t.jobs = 3

const has = (command: string, version: RegExp) =>
  version.test(String(spawnSync(command, ['--version']).stdout)) ? false : `${command} is not installed`

const noCurl = has('curl', /^curl/)

const curlLine = (service: Service) => /^ {2}(curl .*)$/m.exec(service.stderr())?.[1] ?? ''

async function inShell (line: string, env: NodeJS.ProcessEnv = {}) {
  const command = `${line} --silent --write-out ' %{http_code}'`
  const { stdout } = await promisify(execFile)('sh', ['-c', command], { env: { PATH: process.env.PATH, ...env } })
  return stdout
}

async function stop (service: Service) {
  service.child.kill()
  return await service.ended
}

const get = async ({ url }: RunningService, path: string, authorization: string) => {
  const response = await fetch(url + path, { headers: { authorization } })
  return { statusCode: response.status, body: await response.text() }
}

const messages = (service: Service) => service.lines().map(({ msg }) => String(msg))

t.test('prints its address and a curl command that works as printed', { skip: noCurl }, async t => {
  const service = await start(t, { env: { HOST: undefined } })
  t.match(service.stderr(), `DockStatAPI listens on all addresses, port ${service.port}. Try it:\n`)
  t.equal(await inShell(curlLine(service)), '{"local":[]} 200')
})

t.test('prints the generated token once on the console, never in a log', async t => {
  const service = await start(t, { env: { LOG_LEVEL: 'trace' } })
  const [, token = ''] = /Authorization: ([\w-]{32})"/.exec(curlLine(service)) ?? []
  t.match(await get(service, '/stats', token), { statusCode: 200 })
  t.equal(await stop(service), 0)
  t.equal(service.stderr().split(token).length, 2)
  t.notMatch(service.stdout(), token)
  t.match(service.logged(), 'request completed')
  t.notMatch(service.logged(), token)
})

t.test('prints $SECRET instead of a configured token', { skip: noCurl }, async t => {
  const service = await start(t, { env: { SECRET: 'a-secret-of-mine' } })
  t.match(curlLine(service), 'Authorization: $SECRET')
  t.equal(await inShell(curlLine(service), { SECRET: 'a-secret-of-mine' }), '{"local":[]} 200')
  t.equal(await stop(service), 0)
  t.notMatch(service.stderr() + service.stdout() + service.logged(), 'a-secret-of-mine')
})

t.test('warns about SKIP_AUTH, and prints a curl command without a token', { skip: noCurl }, async t => {
  const service = await start(t, { env: { SKIP_AUTH: 'true' } })
  t.equal(curlLine(service), `curl http://127.0.0.1:${service.port}/stats`)
  t.equal(await inShell(curlLine(service)), '{"local":[]} 200')
  t.match(service.lines(), [{ level: 40, msg: /^SKIP_AUTH is set/ }])
})

t.test('listens on all addresses, including IPv6 if available, unless HOST is set', async t => {
  const hasIpv6 = Object.values(networkInterfaces()).flat().some(address => address?.address === '::1')
  const { port } = await start(t, { env: { HOST: '' } })
  for (const host of ['127.0.0.1', 'localhost', ...hasIpv6 ? ['[::1]'] : []]) {
    t.equal(await (await fetch(`http://${host}:${port}/status`)).text(), 'UP', host)
  }
  const { port: other } = await start(t, { env: { HOST: '127.0.0.2' } })
  t.equal(await (await fetch(`http://127.0.0.2:${other}/status`)).text(), 'UP')
  await t.rejects(fetch(`http://127.0.0.1:${other}/status`))
})

t.test('logs JSON lines if standard output is not a terminal', async t => {
  const service = await start(t)
  await get(service, '/stats', 'wrong')
  await until(() => messages(service).includes('Rejected requests without a valid token'))
  for (const line of service.lines()) t.match(line, { level: Number, time: Number, msg: String })
})

t.test('logs readable lines on a terminal, and stops on Ctrl-C', { skip: noTerminal }, async t => {
  const service = await start(t, { wrap: onTerminal })
  service.child.stdin?.write('\x03')
  const code = await service.ended
  t.equal(code, 0, service.stdout())
  t.match(service.stdout(), /INFO.*: .*Server listening at http:\/\/127\.0\.0\.1/)
  t.match(service.stdout(), /INFO.*: .*stopping/)
  t.notMatch(service.stdout(), '"level"')
  t.match(service.logged(), /^\{"level":30,/)
})

t.test('reads the file given with --config', async t => {
  const cwd = folder(t)
  await writeFile(join(cwd, 'mine.yaml'), 'mintimeout: 1234\n')
  const env = { SECRET: 'marked-secret', DOCKSTAT_CONFIG: 'another.yaml' }
  const service = await start(t, { cwd, yaml: '', args: ['--config', 'mine.yaml'], env })
  t.equal((await get(service, '/config', 'marked-secret')).body, 'mintimeout: 1234\n')
})

t.test('reads the file given with DOCKSTAT_CONFIG', async t => {
  const cwd = folder(t)
  await writeFile(join(cwd, 'mine.yaml'), 'mintimeout: 1234\n')
  const service = await start(t, { cwd, yaml: '', env: { SECRET: 'marked-secret', DOCKSTAT_CONFIG: 'mine.yaml' } })
  t.equal((await get(service, '/config', 'marked-secret')).body, 'mintimeout: 1234\n')
})

t.test('runs without an Engine, logs that once, and connects when it appears', async t => {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa', names: ['/late'] }]) })
  await engine.close()
  const env = { SECRET: 'marked-secret', DOCKER_HOST: engine.address }
  const service = await start(t, { yaml: 'mintimeout: 100\n', env })
  const warnings = () => service.lines().filter(({ level }) => Number(level) > 30)
  await until(() => warnings().length > 0)
  const warned = Date.now()
  t.same(await get(service, '/status', ''), { statusCode: 200, body: 'UP' })
  t.match(await get(service, '/hosts', 'marked-secret'), { statusCode: 200, body: '"up":false' })
  await until(() => Date.now() - warned > 1000)
  await engine.listen()
  await until(() => messages(service).some(message => message.startsWith('Connected to host')))
  t.match(await get(service, '/stats', 'marked-secret'), { statusCode: 200, body: '"name":"late"' })
  t.equal(warnings().length, 1)
  t.match(warnings()[0]?.msg, engine.address)
  t.match(warnings()[0]?.msg, 'DOCKER_HOST')
})

/** Waits for this number of requests in the log, and returns their level, path and status. Request IDs are unique. */
async function requestsLogged (service: RunningService, many: number) {
  const requests = await until(() => {
    const lines = service.lines().filter(({ msg }) => msg === 'request completed')
    return lines.length >= many ? lines : null
  })
  const ids = new Set(requests.map(({ reqId }) => String(reqId)).filter(id => id.startsWith('req-')))
  if (ids.size !== requests.length) throw new Error(`ids of requests: ${[...ids]}`)
  return requests.map(({ level, req, res }) => [level, Object(req).path, Object(res).statusCode])
}

t.test('logs rejected requests, but not scrapes and health checks', async t => {
  const service = await start(t, { env: { SECRET: 'marked-secret' } })
  await get(service, '/status', '')
  await get(service, '/stats', 'marked-secret')
  await get(service, '/stats', 'wrong')
  await get(service, '/none', 'marked-secret')
  await get(service, '/stats?x=1', 'marked-secret')
  t.same(await requestsLogged(service, 2), [[30, '/none', 404], [30, '/stats', 400]])
})

t.test('logs every request at debug', async t => {
  const service = await start(t, { env: { SECRET: 'marked-secret', LOG_LEVEL: 'debug' } })
  await get(service, '/status', '')
  await get(service, '/stats', 'marked-secret')
  t.same(await requestsLogged(service, 2), [[20, '/status', 200], [20, '/stats', 200]])
})

t.test('keeps valid and invalid tokens out of the log', async t => {
  const service = await start(t, { env: { SECRET: 'right-token', LOG_LEVEL: 'trace' } })
  const basic = (token: string) => `Basic ${Buffer.from(`me:${token}`).toString('base64')}`
  const tokens = ['right-token', 'wrong-token'].flatMap(token => [token, `Bearer ${token}`, basic(token)])
  const statusCodes = []
  for (const token of tokens) statusCodes.push((await get(service, '/stats?token=right-token', token)).statusCode)
  t.same(statusCodes, [400, 400, 400, 401, 401, 401])
  await get(service, '/none?token=wrong-token', 'right-token')
  await get(service, '/%zz?token=wrong-token', 'right-token')
  t.equal(await stop(service), 0)
  for (const secret of ['right-token', 'wrong-token', basic('right-token').slice(6), basic('wrong-token').slice(6)]) {
    t.notMatch(service.stderr() + service.stdout() + service.logged(), secret)
  }
})

t.test('keeps the token of a request that is not HTTP out of the log', async t => {
  const service = await start(t, { env: { SECRET: 'right-token', LOG_LEVEL: 'trace' } })
  const socket = connect(service.port, '127.0.0.1')
  socket.write('GET /stats HTTP/1.1\r\nAuthorization: right-token\r\nno header\r\n\r\n')
  await once(socket.resume(), 'close')
  t.equal(await stop(service), 0)
  t.match(service.logged(), 'client error')
  t.notMatch(service.logged(), 'right-token')
  t.notMatch(service.logged(), Buffer.from('right-token').join(','))
})

t.test('logs only to standard output if the log folder is not writable', async t => {
  const cwd = folder(t)
  await writeFile(join(cwd, 'logs'), 'not a folder')
  const service = await start(t, { cwd })
  t.match(await get(service, '/status', ''), { statusCode: 200 })
  const warnings = () => messages(service).filter(message => message.startsWith('Cannot write the log file'))
  await until(() => warnings().length)
  t.equal(await stop(service), 0)
  t.equal(warnings().length, 1)
})

t.test('prints the usage with one line for each command', async t => {
  for (const args of [['--help'], ['-h'], ['help'], ['health', '--help']]) {
    const { ended, stdout, stderr } = launch(t, { args })
    t.equal(await ended, 0)
    t.equal(stderr(), '')
    const lines = stdout().trimEnd().split('\n')
    const commands = lines.map(line => /^(?:Usage:| {6}) dockstat (\S+).* {2,}\S/.exec(line)?.[1])
    t.strictSame(commands, ['[--config', 'check', 'demo', 'token', 'notify', 'health', '--help', '--version'])
  }
})

t.test('prints its version', async t => {
  for (const option of ['--version', '-v']) {
    const { ended, stdout } = launch(t, { args: [option] })
    t.equal(await ended, 0)
    t.equal(stdout(), `${version}\n`)
  }
})

t.test('exits as usual if nobody reads its output', async t => {
  const { child, ended, stderr } = launch(t, { args: ['--help'] })
  child.stdout?.destroy()
  t.equal(await ended, 0)
  t.equal(stderr(), '')
})
