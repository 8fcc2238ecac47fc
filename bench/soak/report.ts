import { machine, markdown, quantile, slope } from '../figures.ts'
import type { Memory } from './agent.ts'
import type { Consumer } from './consumer.ts'
import type { Listener } from './listener.ts'

const MINUTE = 60_000
const MEBIBYTE = 2 ** 20
/** The slope of memory starts at this minute, because the history fills its memory for 15 minutes. */
const FROM = 20
/** Limit for the slope of memory, bytes in ten minutes. */
const STEEPEST = 1e6

/** Open resources while the service is at rest. */
export interface Standing {
  sockets: number
  /** Timers that keep the process alive. */
  timers: number
  files: Record<string, number>
  /** Instances on the heap. */
  objects: { timers: number, sockets: number }
}

/** What a soak observed; times in milliseconds. */
export interface Evidence {
  minutes: number
  seed: string
  begun: number
  commit: string
  /** One-minute load average, before and after. */
  load: number[]
  hosts: { all: number, faulty: number }
  faults: Record<string, number>
  /** How often the service's clock was set. */
  steps: number
  memory: Array<[milliseconds: number, Memory]>
  before: Standing
  after: Standing
  /** Time from the end of the faults to full recovery, or to the time limit. */
  settled: number
  answers: Consumer
  listener: Listener
  /** How many the receiver has got. */
  notifications: number
  isAlive: boolean
  exit: number | string | null
  levels: Record<string, number>
  complaints: string[]
  isSmoke: boolean
}

export type Verdict = ReturnType<typeof assess>

const live = ({ heapUsed, external }: Memory) => heapUsed + external

type Points = ReadonlyArray<readonly [minutes: number, bytes: number]>

const pointsOf = (memory: Evidence['memory'], bytesOf: (memory: Memory) => number): Points =>
  memory.map(([at, memory]) => [at / MINUTE, bytesOf(memory)])

/** The minimum of each minute, which responses in flight do not affect. */
function floorsOf (points: Points): Points {
  const floors = new Map<number, Points[number]>()
  for (const point of points) {
    const minute = Math.floor(point[0])
    if (point[1] < (floors.get(minute)?.[1] ?? Infinity)) floors.set(minute, point)
  }
  return [...floors.values()]
}

/** The slope of the minima of all minutes, and of all samples, bytes in ten minutes. */
function rise (points: Points) {
  const late = points.filter(([minutes]) => minutes >= FROM)
  const [floor = NaN, all = NaN] = [floorsOf(late), late].map(points => Math.round(10 * slope(points)))
  return { floor, all }
}

/** Computes the figures and lists the failed checks. */
export function assess (evidence: Evidence) {
  const { memory, before, after, answers, listener, isAlive, exit, complaints, isSmoke } = evidence
  const inUse = pointsOf(memory, live)
  const resident = pointsOf(memory, ({ rss }) => rss)
  const figures = {
    liveRise: rise(inUse),
    residentRise: rise(resident),
    live: quantiles(inUse.map(([, bytes]) => bytes)),
    resident: quantiles(resident.map(([, bytes]) => bytes)),
    liveFloors: floorsOf(inUse).map(([, bytes]) => bytes),
    residentFloors: floorsOf(resident).map(([, bytes]) => bytes),
    sockets: [before.sockets, after.sockets],
    timers: [before.timers, after.timers],
    objects: [before.objects, after.objects],
    files: [before.files, after.files],
    settledMs: evidence.settled,
    hostsMissing: answers.missing,
    answers: answers.durations.length,
    answerMs: quantiles(answers.durations),
    wellDown: answers.down,
    wellAge: quantiles(answers.ages),
    streamed: listener.events,
    streamReturns: [listener.resumed, listener.returns],
    notifications: evidence.notifications,
    steps: evidence.steps,
    logLevels: evidence.levels,
    exit,
    faults: evidence.faults
  }
  const checks: Array<[isMissed: boolean, what: string]> = [
    [!isSmoke && !(figures.liveRise.floor < STEEPEST), 'memory in use grows'],
    [!isSmoke && !(figures.residentRise.floor < STEEPEST), 'resident memory grows'],
    [before.sockets < after.sockets, 'more sockets than before'],
    [before.timers < after.timers, 'more timers than before'],
    [answers.missing > 0, 'not all hosts have recovered'],
    [answers.failures.length > 0, `requests failed: ${answers.failures[0]}`],
    [listener.failures.length > 0, `a stream failed: ${listener.failures[0]}`],
    [listener.resumed < listener.returns, 'a client that came back to the stream missed events'],
    [evidence.notifications === 0, 'no notification arrived'],
    [answers.down > 0, 'a host without faults was reported as down'],
    [!isAlive || exit !== 0, `the service exited with ${exit}`],
    [complaints.length > 0, `the service logged errors: ${complaints[0]}`]
  ]
  return { missed: checks.filter(([isMissed]) => isMissed).map(([, what]) => what), ...figures }
}

const quantiles = (values: number[]) => ({
  median: Math.round(quantile(values, 0.5)),
  p99: Math.round(quantile(values, 0.99)),
  most: Math.round(Math.max(...values))
})

const mebibytes = (bytes: number) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`
const rises = ({ floor, all }: { floor: number, all: number }) =>
  [floor, all].map(bytes => `${(bytes / 1e6).toFixed(2)} MB in 10 min`)

/** Formats the report as Markdown. */
export function describe (evidence: Evidence, verdict: Verdict): string {
  const { minutes, seed, begun, commit, load, hosts } = evidence
  const { live, resident, sockets, timers, objects, answerMs, wellAge } = verdict
  const rows = [
    ['Figure', 'Before', 'After', 'Allowed'],
    ['Open sockets', ...sockets, 'no more'],
    ['Active timers', ...timers, 'no more'],
    ['Timer objects / socket objects', ...objects.map(({ timers, sockets }) => `${timers} / ${sockets}`), '–']
  ]
  const allowed = `< ${STEEPEST / 1e6} MB in 10 min`
  const memory = [
    ['Memory', 'Median', 'Maximum', `Slope after minute ${FROM}, minimum of each minute`, 'All samples', 'Allowed'],
    ['In use after a collection', mebibytes(live.median), mebibytes(live.most),
      ...rises(verdict.liveRise), allowed],
    ['Resident', mebibytes(resident.median), mebibytes(resident.most),
      ...rises(verdict.residentRise), allowed]
  ]
  const rest = [
    ['Figure', 'Measured', 'Allowed'],
    ['Time to full recovery after the faults', `${Math.round(verdict.settledMs / 1000)} s`, '300 s'],
    ['Requests for `/stats`, `/hosts`, `/events`, `/metrics` and a history', verdict.answers, '–'],
    ['… that failed', evidence.answers.failures.length, 0],
    ['… response time: median / p99 / maximum', `${answerMs.median} / ${answerMs.p99} / ${answerMs.most} ms`, '–'],
    ['Times a host without faults was reported as down', verdict.wellDown, 0],
    ['`Age` of their data: median / p99 / maximum', `${wellAge.median} / ${wellAge.p99} / ${wellAge.most} s`, '–'],
    ['Events on a stream', Object.values(verdict.streamed).reduce((sum, count) => sum + count, 0), '–'],
    ['Times its client came back / missed nothing', verdict.streamReturns.toReversed().join(' / '), 'the same'],
    ['Notifications that arrived', verdict.notifications, '> 0'],
    ['Clock steps of an hour or thirty days', evidence.steps || 'none: libfaketime is not installed', '–'],
    ['Log lines at error or above, and warnings on standard error', evidence.complaints.length, 0],
    ['Exit code', String(verdict.exit), 0]
  ]
  const faults = Object.entries(verdict.faults).sort().map(([name, times]) => [name, times])
  return [
    `${new Date(begun).toISOString().slice(0, 16)}Z, ${minutes} minutes, seed ${seed}, ${hosts.all} hosts, ` +
    `${hosts.faulty} of them with faults, commit \`${commit}\`.`,
    `${machine()}; load average ${load.map(average => average.toFixed(1)).join(' before, ')} after.`,
    '',
    verdict.missed.length === 0 ? 'All checks passed.' : `Failed checks: ${verdict.missed.join('; ')}.`,
    '',
    markdown(rows),
    '',
    markdown(memory),
    '',
    markdown(rest),
    '',
    markdown([['Fault', 'Times'], ...faults])
  ].join('\n')
}
