import t from 'tap'
import { containerList, type FakeEngine } from '../fake-engine.ts'
import { matrix, settled, well } from './matrix.ts'

const listOf = (...ids: string[]) => containerList(ids.map(id => ({ id })))

const MEBIBYTE = Buffer.alloc(2 ** 20, 'x')
let flood: NodeJS.Timeout | undefined
let sent = 0

const event = (Action: string, id: string, timeNano: number) =>
  `${JSON.stringify({ Type: 'container', Action, Actor: { ID: id, Attributes: { name: id } }, timeNano })}\n`

/** What happens in a hundredth of a second: a container that flaps, and some that come and go. */
function hundredEvents (): string {
  const now = Date.now() * 1e6
  const at = (index: number) => now + index * 1000
  const flaps = Array.from({ length: 40 }, (_, index) => event(index % 2 ? 'start' : 'die', 'aa', at(index)))
  const comers = Array.from({ length: 20 }, (_, index) => {
    const id = `f${sent + index}`
    return event('create', id, at(index)) + event('start', id, at(index + 1)) + event('destroy', id, at(index + 2))
  })
  sent += 100
  return flaps.join('') + comers.join('')
}

function startFlood (fake: FakeEngine) {
  let due = performance.now()
  clearInterval(flood)
  flood = setInterval(() => {
    for (; due < performance.now(); due += 10) {
      const text = hundredEvents()
      for (const stream of fake.streams) stream.write(text)
    }
  }, 10)
}

let pushed = 0
/** Refuses events, and takes half a gigabyte to say so. */
function refuseAtLength (fake: FakeEngine) {
  fake.handler = (request, response) => {
    if (!request.url?.includes('/events')) return false
    response.writeHead(500)
    const push = () => {
      for (let more = true; more && pushed < 500; pushed++) more = response.write(MEBIBYTE)
    }
    response.on('drain', push)
    push()
  }
  for (const stream of fake.streams) stream.destroy()
}

matrix(t, [
  {
    title: 'an event stream that is silently dead',
    timing: { resync: 150 },
    begin (fake) {
      fake.containers = listOf('ff', 'aa', 'bb', 'cc')
    },
    says: { ...well, containers: [{ id: 'ff', sample: { cpuNanoseconds: 24064939738 } }] },
    during (t, { fake }) {
      const streams = fake.requests.filter(request => request.includes('/events')).length
      t.ok(streams > 1, 'a list shows what it kept back, and it is opened anew')
    }
  },
  {
    title: 'a flood of 10,000 events a second',
    begin: startFlood,
    end (fake) {
      clearInterval(flood)
      fake.emit('start', 'aa', { name: 'aa' })
    },
    says: well,
    async during (t, { fake, snapshots, collector }) {
      const before = { sent, snapshots: snapshots.length, requests: fake.requests.length }
      await settled(() => sent > before.sent + 10_000)
      const seconds = (sent - before.sent) / 10_000
      t.ok(snapshots.length - before.snapshots < 300 * seconds, 'few snapshots')
      t.ok(fake.requests.length - before.requests < 1000 * seconds, 'few requests')
      t.equal(fake.streams.size, 1)
      t.ok(collector.snapshot.containers.length < 200)
    }
  },
  {
    title: 'events that are refused with 500 MB',
    begin: refuseAtLength,
    says: { up: true, error: null, events: 'connecting' },
    async during (t, { fake, snapshots }) {
      const tries = () => fake.requests.filter(request => request.includes('/events')).length
      const [begun, before] = [tries(), pushed]
      await settled(() => tries() >= begun + 4)
      t.ok(pushed - before < 30, `${pushed - before} MiB were taken for 4 tries`)
      t.ok(snapshots.every(({ containers }) => containers.length === 0 || containers.length === 3))
    }
  }
])
