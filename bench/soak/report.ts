import { machine, markdown, quantile, slope } from '../figures.ts'
import type { Memory } from './agent.ts'
import type { Consumer } from './consumer.ts'

const MINUTE = 60_000
const MEBIBYTE = 2 ** 20
/** Memory is judged from this minute on. */
const FROM = 5
/** The steepest that memory may rise, bytes in ten minutes. */
const STEEPEST = 1e6

/** What stands open when nothing is under way. */
export interface Standing {
  sockets: number
  /** Timers that keep the process alive. */
  timers: number
  files: Record<string, number>
  /** Those that exist as objects. */
  objects: { timers: number, sockets: number }
}

/** What a soak has seen; times in milliseconds. */
export interface Evidence {
  minutes: number
  seed: string
  begun: number
  commit: string
  /** Load average of a minute, before and after. */
  load: number[]
  hosts: { all: number, faulty: number }
  faults: Record<string, number>
  /** How often the clock of the service was set. */
  steps: number
  memory: Array<[milliseconds: number, Memory]>
  before: Standing
  after: Standing
  /** From the end of the faults until everything stood as before, or until that was given up. */
  settled: number
  answers: Consumer
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

/** The least of every minute: answers that are just being received do not touch it. */
function floorsOf (points: Points): Points {
  const floors = new Map<number, Points[number]>()
  for (const point of points) {
    const minute = Math.floor(point[0])
    if (point[1] < (floors.get(minute)?.[1] ?? Infinity)) floors.set(minute, point)
  }
  return [...floors.values()]
}

/** How memory rises, bytes in ten minutes: by the least of every minute, and by all samples. */
function rise (points: Points) {
  const late = points.filter(([minutes]) => minutes >= FROM)
  const [floor = NaN, all = NaN] = [floorsOf(late), late].map(points => Math.round(10 * slope(points)))
  return { floor, all }
}

/** What came out, and what of it missed. */
export function assess (evidence: Evidence) {
  const { memory, before, after, answers, isAlive, exit, complaints, isSmoke } = evidence
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
    steps: evidence.steps,
    logLevels: evidence.levels,
    exit,
    faults: evidence.faults
  }
  const checks: Array<[isMissed: boolean, what: string]> = [
    [!isSmoke && !(figures.liveRise.floor < STEEPEST), 'memory in use rises'],
    [!isSmoke && !(figures.residentRise.floor < STEEPEST), 'resident memory rises'],
    [before.sockets < after.sockets, 'more sockets than before'],
    [before.timers < after.timers, 'more timers than before'],
    [answers.missing > 0, 'not every host is up again'],
    [answers.failures.length > 0, `answers failed: ${answers.failures[0]}`],
    [answers.down > 0, 'a host without faults was shown as down'],
    [!isAlive || exit !== 0, `the service ended with ${exit}`],
    [complaints.length > 0, `it complained: ${complaints[0]}`]
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

/** The report for people. */
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
    ['Memory', 'Median', 'Most', `Slope after minute ${FROM}, least of each minute`, 'All samples', 'Allowed'],
    ['In use after a collection', mebibytes(live.median), mebibytes(live.most),
      ...rises(verdict.liveRise), allowed],
    ['Resident', mebibytes(resident.median), mebibytes(resident.most),
      ...rises(verdict.residentRise), allowed]
  ]
  const rest = [
    ['Figure', 'Measured', 'Allowed'],
    ['All hosts up and all as before after the faults', `${Math.round(verdict.settledMs / 1000)} s`, '300 s'],
    ['Answers of `/stats` and `/hosts`', verdict.answers, '–'],
    ['… that failed', evidence.answers.failures.length, 0],
    ['… median / 99 % / longest', `${answerMs.median} / ${answerMs.p99} / ${answerMs.most} ms`, '–'],
    ['Times that a host without faults was shown as down', verdict.wellDown, 0],
    ['`Age` of their data, median / 99 % / most', `${wellAge.median} / ${wellAge.p99} / ${wellAge.most} s`, '–'],
    ['Steps of the clock, an hour or thirty days', evidence.steps || 'none: libfaketime is not installed', '–'],
    ['Lines of the log at error or above, other complaints', evidence.complaints.length, 0],
    ['Exit code', String(verdict.exit), 0]
  ]
  const faults = Object.entries(verdict.faults).sort().map(([name, times]) => [name, times])
  return [
    `${new Date(begun).toISOString().slice(0, 16)}Z, ${minutes} minutes, seed ${seed}, ${hosts.all} hosts, ` +
    `${hosts.faulty} of them with faults, commit \`${commit}\`.`,
    `${machine()}; load average ${load.map(average => average.toFixed(1)).join(' before, ')} after.`,
    '',
    verdict.missed.length === 0 ? 'Nothing was missed.' : `Missed: ${verdict.missed.join('; ')}.`,
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
