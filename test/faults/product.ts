import pMap from 'p-map'
import type { Test } from 'tap'
import type { CollectorTiming } from '../../lib/collector/timing.ts'
import { timingOf } from '../../lib/collector/timing.ts'
import { containerList, detailsOf, startFakeEngine, type FakeEngine } from '../support/fake-engine.ts'
import { fixture } from '../support/fixture.ts'
import { CALLS, codeOf, KINDS, type CallName, type Kind } from './cases.ts'
import { follow, settled, type Host } from './matrix.ts'

const IDS = ['aa', 'bb', 'cc']
const AT_ONCE = 8
const INTERVAL = 60

const limit = { first: 500, least: 300, most: 600 }

/** About a tenth of the default timing. */
const timing: CollectorTiming = {
  ...timingOf(INTERVAL, 200),
  limits: { list: limit, info: limit, inspect: limit, stats: limit },
  listPatience: 50,
  hungFirst: 200,
  hungMost: 200,
  refusedRetry: 200,
  bulkRetry: 200,
  retryFirst: 50,
  retryMost: 100,
  steadyAfter: 300,
  recordAge: 300,
  recordAgeLive: 300,
  settle: 20,
  openWithin: 100
}

interface Case {
  call: CallName
  kind: Kind
  /** The affected container; null for all. */
  only: string | null
}

const titleOf = ({ call, kind, only }: Case) => `${call}${only ? ' of one container' : ''}: ${kind.title}`

/** Calls for a single container. */
const SINGLE = new Set<CallName>(['inspect', 'stats'])

/** All combinations of these calls with every kind of fault. */
export const casesOf = (calls: readonly CallName[]): Case[] => calls.flatMap(call => KINDS.flatMap(kind =>
  [null, ...SINGLE.has(call) ? ['bb'] : []].map(only => ({ call, kind, only }))))

const bodies: Partial<Record<CallName, (id: string) => string>> = {
  ping: () => 'OK',
  version: () => fixture('version.json'),
  info: () => fixture('v28/info.json'),
  list: () => containerList(IDS.map(id => ({ id }))),
  inspect: id => detailsOf({ Id: id, Names: [`/${id}`], Image: 'busybox', State: 'running' }),
  stats: () => fixture('v28/stats-one-shot.json'),
  'all stats': () => JSON.stringify({
    Error: null,
    Stats: IDS.map(ContainerID => ({ ContainerID, SystemNano: 1e18, CPUNano: 5e9, MemUsage: 7e6, NetInput: 1 }))
  })
}

const pathOf = (request: string) => request.replace(/^GET (?:\/v[\d.]+)?/, '')

/** How often the call was made so far. */
const asked = ({ requests }: FakeEngine, { call, only }: Pick<Case, 'call' | 'only'>) => requests.map(pathOf)
  .filter(path => CALLS[call].test(path) && (!only || path.includes(`/${only}/`))).length

/** From now on answers the affected requests with the fault, and all others normally. */
function begin (fake: FakeEngine, { call, kind, only }: Case) {
  const podman = fake.handler
  fake.handler = (request, response) => {
    const path = pathOf(`GET ${request.url}`)
    const [, id = ''] = /^\/containers\/(\w\w)\//.exec(path) ?? []
    const isMeant = CALLS[call].test(path) && (!only || id === only)
    if (!isMeant || (call === 'events' && kind.code === null)) return podman ? podman(request, response) : false
    response.setHeader('Server', fake.server).setHeader('Api-Version', fake.apiVersion)
    kind.answer(response, bodies[call]?.(id) ?? '')
  }
  if (call === 'events') for (const stream of fake.streams) stream.destroy()
}

/** Podman, because it has bulk stats; nginx, because only headers without an Engine lead to a call of /version. */
function engineOf (call: CallName) {
  if (call === 'all stats') return { server: 'Libpod/5.2.3 (linux)', apiVersion: '1.41' }
  return call === 'version' ? { server: 'nginx/1.22.1' } : {}
}

function answerForAll (fake: FakeEngine) {
  fake.handler = (request, response) => {
    if (!request.url?.startsWith('/v4.0.0/libpod')) return false
    response.setHeader('Server', fake.server).setHeader('Api-Version', fake.apiVersion)
    response.end(bodies['all stats']?.(''))
  }
}

const isWell = ({ collector: { snapshot } }: Host) => snapshot.up === true && snapshot.problems.length === 0 &&
  snapshot.containers.length === IDS.length &&
  snapshot.containers.every(({ sample, restartCount }) => sample && restartCount === 0) && snapshot.engine?.cpus === 2

/** What the fault affects beyond what it should. */
function complaints ({ call, kind, only }: Case, { collector: { snapshot } }: Host, since: number): string[] {
  const { up, error, containers, problems, engine } = snapshot
  const code = codeOf(call, kind)
  const isOut = (id: string) => call === 'stats' && code !== null && (!only || only === id)
  const expected = code === null ? [] : [[call, code, only ?? (SINGLE.has(call) ? IDS.join() : '')].join(' ')]
  const shown = problems.map(({ what, code, containers }) => [what, code, containers.join()].join(' '))
  const checks: [boolean, string][] = [
    [up === true && error === null, `up is ${up}, ${error?.code}`],
    [containers.length === IDS.length, `${containers.length} containers`],
    [containers.every(({ state, restartCount }) => state === 'running' && restartCount === 0), 'details are lost'],
    [engine?.cpus === 2 && Number(engine.memoryBytes) > 0, 'CPUs or memory of the host are lost'],
    [containers.every(({ id, sample }) => isOut(id) || Number(sample?.at) >= since), 'samples are stale'],
    [containers.every(({ id, sample }) => !isOut(id) || sample?.rxBytesDelta == null), 'deltas without a sample'],
    [shown.join() === expected.join(), `problems are ${shown.join() || 'none'}, not ${expected.join() || 'none'}`]
  ]
  return checks.filter(([holds]) => !holds).map(([, complaint]) => complaint)
}

async function polled (host: Host, times: number) {
  const { length } = host.polls
  await settled(() => host.polls.length >= length + times)
}

async function withstand (t: Test, given: Case) {
  const title = titleOf(given)
  const { call, kind } = given
  const fake = await startFakeEngine(t, { containers: bodies.list?.('') ?? '', ...engineOf(call) })
  if (call === 'version') {
    fake.handler = (request, response) => pathOf(`GET ${request.url}`) === '/version' &&
    response.setHeader('Server', fake.server).setHeader('Api-Version', '1.51').end(fixture('version.json'))
  }
  if (call === 'all stats') answerForAll(fake)
  const usual = fake.handler
  const host = follow(t, { host: 'faulty', address: fake.address, timing, limits: { call: 400 } })
  await settled(() => isWell(host))
  if (!isWell(host)) return t.fail(`${title}: the host is unhealthy before the fault`)

  begin(fake, given)
  if (call === 'ping' || call === 'version') await reconnect(host, fake, given)
  if (call === 'inspect') for (const id of IDS) fake.emit('update', id)
  const before = asked(fake, given)
  await settled(() => asked(fake, given) > before || call === 'ping' || call === 'version')
  const [begun, requests, polls] = [Date.now(), fake.requests.length, host.polls.length]
  await settled(() => host.polls.length >= polls + 5 && complaints(given, host, begun).length === 0)
  const wrong = complaints(given, host, begun)
  const wasAsked = asked(fake, given) > before || call === 'ping' || call === 'version'
  if (!wasAsked) wrong.push('the call was not made')
  // Per poll, the three samples and at most six others: list, /info, inspections, ping, event stream.
  const most = (host.polls.length - polls + 1) * (IDS.length + 6)
  if (fake.requests.length - requests > most) wrong.push(`${fake.requests.length - requests} requests, ${most} allowed`)

  fake.handler = usual
  await settled(() => isWell(host) && host.collector.snapshot.events === 'live')
  await polled(host, 2)
  if (!isWell(host)) wrong.push('the host does not recover')
  const lines = host.log.slice(1)
  // After a forced reconnect: host lost, host back, missing proxy right. Otherwise: problem begins, problem ends.
  const allowed = call === 'ping' || call === 'version' ? 3 : codeOf(call, kind) === null ? 0 : 2
  if (lines.length > allowed) wrong.push(`${lines.length} lines in the log: ${lines.join('; ')}`)
  t.strictSame(wrong, [], title)
  await host.stop()
}

/** Cuts the connection, because the calls that identify the Engine are only made when it connects. */
async function reconnect ({ collector }: Host, fake: FakeEngine, given: Case) {
  const before = asked(fake, given)
  await fake.close()
  await settled(() => collector.snapshot.up === false)
  await fake.listen()
  await settled(() => collector.snapshot.up === true)
  if (asked(fake, given) === before) throw new Error(`${titleOf(given)}: the call was not made`)
}

/** Asserts for every fault of these calls that it affects nothing else. */
export async function withstandAll (t: Test, calls: readonly CallName[]): Promise<void> {
  t.setTimeout(110_000)
  await pMap(casesOf(calls), given => withstand(t, given), { concurrency: AT_ONCE })
}
