import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import t, { type Test } from 'tap'
import { startFakeEngine } from './support/fake-engine.ts'
import { start, type RunningService } from './support/start.ts'
import { until } from './support/until.ts'

t.jobs = 2

const FAULT = "new Error('a fault', { cause: new Error('its cause') })"
const LOGGED = { type: 'Error', message: 'a fault: its cause', stack: /a fault(.|\n)*caused by: Error: its cause/ }
const GOES_ON = 'unhandled promise rejection, the service keeps running'
const STOPS = 'unexpected error, stopping'

const on = (channel: string) => `(await import('node:diagnostics_channel')).subscribe('${channel}', strike)`

/** JavaScript that calls `strike` in several places of the process. */
const PLACES = {
  'a timer': 'setInterval(strike, 10).unref()',
  'a request': on('http.server.request.start'),
  'a response of an Engine': on('undici:request:headers')
}

interface Faulty {
  /** JavaScript that runs once per SIGWINCH, where `place` calls `strike`. */
  fault: string
  place: string
  /** Whether the Engine ends event streams at once. */
  endsEvents?: boolean
}

async function startFaulty (t: Test, { fault, place, endsEvents = false }: Faulty): Promise<RunningService> {
  const engine = await startFakeEngine(t)
  engine.handler = (request, response) => endsEvents && request.url?.includes('/events') && response.end()
  const script = `let isArmed = false
    process.on('SIGWINCH', () => { isArmed = true })
    const strike = () => { if (isArmed) { isArmed = false; ${fault} } }
    ${place}`
  const url = `data:text/javascript,${encodeURIComponent(script)}`
  const service = await start(t, {
    yaml: `mintimeout: 100\nhosts: { nas: { url: '${engine.address}' } }`,
    wrap: ([node = '', ...rest]) => [node, ...rest.slice(0, -1), '--import', url, ...rest.slice(-1)]
  })
  await until(() => engine.requests.some(request => request.includes('/containers/json')))
  return service
}

const status = async ({ url }: RunningService) => await (await fetch(`${url}/status`)).text()

/** The lines of standard output at level error or above. */
const errors = (service: RunningService) => service.lines().filter(({ level }) => Number(level) >= 50)

/** Provokes the fault and waits until it is logged. */
async function strike (service: RunningService) {
  const before = errors(service).length
  service.child.kill('SIGWINCH')
  await until(() => errors(service).length > before || status(service).catch(() => {}).then(() => false))
}

for (const [where, place] of Object.entries(PLACES)) {
  t.test(`logs an unhandled rejection in ${where} with its cause and goes on`, async t => {
    const service = await startFaulty(t, { fault: `Promise.reject(${FAULT})`, place })
    for (let times = 0; times < 2; times++) await strike(service)
    t.match(errors(service), Array(2).fill({ level: 50, err: LOGGED, msg: GOES_ON }))
    t.match(service.logged(), GOES_ON)
    t.equal(await status(service), 'UP')
    service.child.kill()
    t.equal(await service.ended, 0)
  })

  t.test(`logs an exception in ${where} with its cause and exits with code 1`, async t => {
    const service = await startFaulty(t, { fault: `throw ${FAULT}`, place })
    await strike(service)
    t.equal(await service.ended, 1)
    t.match(errors(service), [{ level: 60, err: LOGGED, msg: STOPS }])
    t.match(service.logged(), STOPS)
  })
}

t.test('goes on after a rejection without an error', async t => {
  const service = await startFaulty(t, { fault: "Promise.reject('a text')", place: PLACES['a timer'] })
  await strike(service)
  t.match(errors(service), [{ level: 50, err: 'a text', msg: GOES_ON }])
  t.equal(await status(service), 'UP')
})

const PROBLEMS = pathToFileURL(join(import.meta.dirname, '../lib/collector/problems.ts'))

/** Bugs that end a loop: in the code that runs when a poll has failed, and when the event stream has. */
const BUGS = {
  polls: `Problems.prototype.settle = Problems.prototype.clear = () => { throw ${FAULT} }`,
  events: `Problems.prototype.report = what => { if (what === 'events') throw ${FAULT} }`
}

for (const [what, fault] of Object.entries(BUGS)) {
  t.test(`exits with code 1 if a bug ends the ${what} of a host, as its data would never change again`, async t => {
    const place = `const { Problems } = await import('${PROBLEMS}')\n${PLACES['a timer']}`
    const service = await startFaulty(t, { fault, place, endsEvents: true })
    await strike(service)
    t.equal(await service.ended, 1)
    t.match(errors(service), [{ level: 60, err: LOGGED, msg: STOPS }])
  })
}

t.test('ends at once if native code crashes, rather than crashing again and again', async t => {
  const service = await start(t)
  service.child.kill('SIGSEGV')
  await service.ended
  t.equal(service.child.signalCode, 'SIGSEGV')
  t.notMatch(service.stdout(), '"msg":"stopping"')
})
