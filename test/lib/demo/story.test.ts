import t from 'tap'
import type { DemoContainer } from '../../../lib/demo/container.ts'
import { fleet } from '../../../lib/demo/fleet.ts'
import { plots, type PlotName } from '../../../lib/demo/plots.ts'
import { Story } from '../../../lib/demo/story.ts'

const BEGIN = 1_795_000_000.123
const DAY = 86_400
const story = new Story(BEGIN)

const hostOf = (container: DemoContainer) => {
  const host = fleet.find(({ name }) => name === container.host)
  if (!host) throw new Error('no host')
  return host
}

const containerWith = (plot: PlotName): DemoContainer => {
  const container = fleet.flatMap(({ containers }) => containers).find(container => container.plot === plot)
  if (!container) throw new Error('no container')
  return container
}

/** What happens to a container, as actions at seconds since the beginning of a cycle. */
function told (plot: PlotName) {
  const container = containerWith(plot)
  const { first, every } = plots[plot]
  const begin = BEGIN + first
  return story.eventsOf(hostOf(container), begin - 0.5, begin + every - 0.5)
    .filter(({ name }) => name === container.name)
    .map(({ at, action, exitCode }) => [Math.floor(at - begin), action, exitCode])
}

/** The state of a container, a number of seconds after a cycle has begun. */
function at (plot: PlotName, seconds: number, cycle = 0) {
  const { first, every } = plots[plot]
  return story.momentOf(containerWith(plot), BEGIN + first + cycle * every + seconds)
}

t.test('one container restarts every few minutes', async t => {
  t.strictSame(told('crashes'), [[0, 'die', 1], [6, 'start', 0]])
  t.match(at('crashes', -1), { state: 'running', exitCode: 0, finishedAt: null })
  t.match(at('crashes', 1), { state: 'restarting', exitCode: 1, isOom: false })
  t.match(at('crashes', 7), { state: 'running', startedAt: BEGIN + plots.crashes.first + 6 })
  t.equal(Number(at('crashes', 7)?.restartCount), Number(at('crashes', 5)?.restartCount) + 1)
})

t.test('one container runs out of memory', async t => {
  t.strictSame(told('leaks'), [[0, 'oom', 137], [0, 'die', 137], [4, 'start', 0]])
  t.match(at('leaks', 1), { state: 'restarting', exitCode: 137, isOom: true })
  t.match(at('leaks', 5), { state: 'running', exitCode: 0, isOom: false })
})

t.test('one container becomes unhealthy for a while', async t => {
  t.strictSame(told('sick'), [[0, 'health_status: unhealthy', 0], [80, 'health_status: healthy', 0]])
  t.strictSame([-1, 1, 81].map(seconds => at('sick', seconds)?.health), ['healthy', 'unhealthy', 'healthy'])
  t.equal(at('sick', 81)?.startedAt, at('sick', -1)?.startedAt)
})

t.test('one container is replaced by a newer one', async t => {
  t.strictSame(told('deployments'), [[0, 'kill', 0], [0, 'die', 0], [0, 'destroy', 0],
    [3, 'create', 0], [3, 'start', 0], [25, 'health_status: healthy', 0]])
  const [before, after] = [at('deployments', -1), at('deployments', 4)]
  t.equal(at('deployments', 1), null)
  t.match([before?.image, after?.image], ['ghcr.io/example/shop-api:4.2.119', 'ghcr.io/example/shop-api:4.2.120'])
  t.match(after, { state: 'running', health: 'starting', startedAt: BEGIN + plots.deployments.first + 3 })
  t.match(at('deployments', 26), { id: after?.id, health: 'healthy' })
  const { every, first } = plots.deployments
  const events = story.eventsOf(hostOf(containerWith('deployments')), BEGIN + first - 1, BEGIN + first + every - 1)
  t.strictSame(events.filter(({ name }) => name === 'shop-api-1').map(({ id }) => id),
    [before?.id, before?.id, before?.id, after?.id, after?.id, after?.id])
})

t.test('one container runs from time to time', async t => {
  t.strictSame(told('job'), [[0, 'start', 0], [260, 'die', 0]])
  t.match(at('job', -1), { state: 'exited', exitCode: 0, restartCount: 0 })
  t.match(at('job', 1), { state: 'running', health: null })
  t.match(at('job', 261), { state: 'exited', finishedAt: BEGIN + plots.job.first + 260 })
})

t.test('all others just run', async t => {
  t.strictSame(told('steady'), [])
  t.match(at('steady', 1), { state: 'running', startedAt: BEGIN - containerWith('steady').age })
  t.equal(at('steady', 1)?.id, at('steady', 1, 3)?.id)
})

t.test('events of adjacent intervals are those of the whole, and in order', async t => {
  for (const host of fleet) {
    const whole = story.eventsOf(host, BEGIN - DAY, BEGIN + 3600)
    const middle = BEGIN - 12_345.6
    t.strictSame([...story.eventsOf(host, BEGIN - DAY, middle), ...story.eventsOf(host, middle, BEGIN + 3600)], whole)
    t.strictSame(whole.map(({ at }) => at), whole.map(({ at }) => at).sort((a, b) => a - b))
  }
})

t.test('states change only by events', async t => {
  for (const host of fleet) {
    const events = story.eventsOf(host, BEGIN - 0.5, BEGIN + 1800)
    const changed = new Set(events.map(({ name, at }) => `${name} ${Math.floor(at)}`))
    for (const container of host.containers) {
      for (let second = 0; second < 1800; second++) {
        const [before, after] = [BEGIN + second - 0.9, BEGIN + second + 0.1].map(at => story.momentOf(container, at))
        const isChanged = before?.state !== after?.state || before?.health !== after?.health || before?.id !== after?.id
        const isTold = changed.has(`${container.name} ${Math.floor(BEGIN + second)}`)
        if (isChanged && !isTold) t.fail(`${container.name} changes after ${second} s`)
      }
    }
  }
})

t.test('one host goes for a minute every five minutes, also in the past', async t => {
  const host = fleet.find(({ away }) => away)
  if (!host) throw new Error('no host')
  for (const begin of [BEGIN + 120, BEGIN + 420, BEGIN - 180, BEGIN - DAY + 120]) {
    t.strictSame([-1, 1, 59, 61, 239].map(seconds => story.isAway(host, begin + seconds)),
      [false, true, true, false, false])
  }
  t.notOk(fleet.filter(({ away }) => !away).some(host => story.isAway(host, BEGIN + 150)))
})
