import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { containerList, startFakeEngine } from './support/fake-engine.ts'
import { folder } from './support/folder.ts'
import { launch, start, type RunningService, type StartOptions } from './support/start.ts'
import { until } from './support/until.ts'

const headers = { authorization: 'marked-secret' }
const ROUNDS = 3
const LOG_COUNT = 2
/** Milliseconds of load before a kill, at most. */
const LOADED = 400
/** A path that is logged, and so long that a few dozen requests fill a log file. */
const LONG = `/${'x'.repeat(6000)}`

/** Options to start the service in the same folder again and again, with two hosts. */
async function prepare (t: Test): Promise<StartOptions & { cwd: string, temporary: string }> {
  const containers = containerList([{ id: 'aa' }, { id: 'bb' }])
  const unix = await startFakeEngine(t, { containers })
  const tcp = await startFakeEngine(t, { containers, transport: 'tcp' })
  const cwd = folder(t)
  const temporary = folder(t)
  const yaml = `mintimeout: 100
log: { logsize: 1, LogCount: ${LOG_COUNT} }
hosts: { unix: { url: '${unix.address}' }, tcp: { url: '${tcp.address}' } }`
  // The test runner has a cache of compiled code, which is none of the service's files.
  const env = { SECRET: 'marked-secret', TMPDIR: temporary, DISABLE_V8_COMPILE_CACHE: '1' }
  return { cwd, temporary, yaml, env }
}

/** Requests long paths until the service ends. */
async function flood ({ url, child }: RunningService) {
  while (child.exitCode === null && child.signalCode === null) {
    await fetch(url + LONG, { headers }).then(response => response.text()).catch(() => {})
  }
}

async function kill ({ child, ended }: Pick<RunningService, 'child' | 'ended'>) {
  child.kill('SIGKILL')
  return await ended
}

async function containersOf ({ url }: RunningService): Promise<unknown> {
  const stats = await (await fetch(`${url}/stats`, { headers })).json()
  return Object.fromEntries(Object.entries<unknown[]>(stats).map(([host, { length }]) => [host, length]))
}

const logFiles = (cwd: string) => readdirSync(join(cwd, 'logs'))

function isWhole (line: string): boolean {
  try {
    return JSON.parse(line).pid > 0
  } catch {
    return false
  }
}

/** Asserts that the log consists of whole lines of JSON, and at most one torn line per kill. */
function checkLog (t: Test, cwd: string, kills: number) {
  const lines = logFiles(cwd).flatMap(name => {
    t.match(name, /^dockstat\.\d+\.log$/)
    const text = readFileSync(join(cwd, 'logs', name), 'utf8')
    t.ok(text === '' || text.endsWith('\n'), `${name} ends with a whole line`)
    return text.split('\n').slice(0, -1)
  })
  t.ok(lines.some(isWhole))
  const torn = lines.filter(line => !isWhole(line))
  t.ok(torn.length <= kills, `${torn.length} torn lines`)
  for (const line of torn) t.equal(line.lastIndexOf('{"level":'), 0, 'no line continues a torn one')
}

t.test('starts again after kill -9 at any moment, and leaves no file broken', async t => {
  const { cwd, temporary, ...options } = await prepare(t)
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now()
    const service = await start(t, { cwd, ...options })
    const took = performance.now() - begun
    t.strictSame(await containersOf(service), { unix: 2, tcp: 2 })
    const flooded = flood(service)
    await sleep(Math.random() * LOADED)
    t.equal(await kill(service), 'SIGKILL')
    await flooded
    const starting = launch(t, { cwd, ...options })
    await sleep(Math.random() * took)
    t.equal(await kill(starting), 'SIGKILL')
  }
  const service = await start(t, { cwd, ...options })
  t.strictSame(await containersOf(service), { unix: 2, tcp: 2 })
  const flooded = flood(service)
  const last = logFiles(cwd)
  await until(() => logFiles(cwd).some(name => !last.includes(name)) && logFiles(cwd).length <= LOG_COUNT)
  service.child.kill()
  t.equal(await service.ended, 0)
  await flooded
  checkLog(t, cwd, 2 * ROUNDS)
  t.strictSame(readdirSync(cwd), ['data', 'dockstat.yaml', 'logs'])
  t.strictSame(readdirSync(temporary), [])
})
