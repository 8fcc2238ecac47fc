import t from 'tap'
import { EventLog } from '../../../lib/stream/log.ts'
import { Piece } from '../../../lib/stream/piece.ts'

function fill (log: EventLog, hosts: string, at: (index: number) => number = () => 0) {
  for (const [index, host] of [...hosts].entries()) {
    const piece = new Piece('x'.repeat(10))
    log.append({ sequence: log.last + 1, host, name: 'update', at: at(index), id: piece, body: piece })
  }
}

const rest = (log: EventLog, sequence: number) => {
  const hosts: string[] = []
  for (let event = log.after(sequence); event; event = log.after(event.sequence)) hosts.push(event.host)
  return hosts.join('')
}

const all = () => true

t.test('returns what follows an event', async t => {
  const log = new EventLog({ within: 1000, maxBytes: 1000 })
  t.equal(log.last, 0)
  t.equal(log.after(0), undefined)
  t.ok(log.isComplete(0, all))
  fill(log, 'abc')
  t.equal(rest(log, 0), 'abc')
  t.equal(rest(log, 2), 'c')
  t.equal(rest(log, 3), '')
})

t.test('forgets events that are too old, and too many bytes', async t => {
  const old = new EventLog({ within: 1000, maxBytes: 1000 })
  fill(old, 'abcd', index => index * 600)
  t.equal(rest(old, 0), 'cd')
  const large = new EventLog({ within: 1000, maxBytes: 25 })
  fill(large, 'abcd')
  t.equal(rest(large, 0), 'cd')
  const tiny = new EventLog({ within: 1000, maxBytes: 1 })
  fill(tiny, 'abcd')
  t.equal(rest(tiny, 0), 'd', 'but never the latest')
})

t.test('is complete for a client as long as no event of its hosts is forgotten', async t => {
  const log = new EventLog({ within: 1000, maxBytes: 25 })
  fill(log, 'abbcc')
  const isComplete = (sequence: number, hosts: string) => log.isComplete(sequence, host => hosts.includes(host))
  t.ok(isComplete(3, 'abc'))
  t.notOk(isComplete(2, 'b'))
  t.ok(isComplete(1, 'a'))
  t.notOk(isComplete(1, 'ab'))
  t.ok(isComplete(0, 'c'))
})
