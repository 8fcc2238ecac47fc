import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { Repeated } from '../../../lib/http/repeated.ts'

const MINUTE = 60_000

function open (t: Test) {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const said: [string, number][] = []
  return { said, repeated: new Repeated((subject, count) => said.push([subject, count])) }
}

t.test('reports at once, then a count once a minute', async t => {
  const { said, repeated } = open(t)
  for (let times = 0; times < 5000; times++) repeated.note('10.0.0.7')
  repeated.note('10.0.0.8')
  t.strictSame(said, [['10.0.0.7', 1], ['10.0.0.8', 1]])
  mock.timers.tick(MINUTE)
  t.strictSame(said.slice(2), [['10.0.0.7', 4999]])
  repeated.note('10.0.0.7')
  repeated.note('10.0.0.8')
  t.strictSame(said.slice(3), [['10.0.0.8', 1]], 'the first one was quiet for a minute')
  mock.timers.tick(MINUTE)
  t.strictSame(said.slice(4), [['10.0.0.7', 1]])
  repeated.close()
  mock.timers.tick(MINUTE)
  t.equal(said.length, 5)
})

t.test('limits the number of separate subjects', async t => {
  const { said, repeated } = open(t)
  for (let subject = 0; subject < 3000; subject++) repeated.note(`s${subject}`)
  t.equal(said.length, 1001)
  mock.timers.tick(MINUTE)
  t.strictSame(said.slice(1000), [['others', 1], ['others', 1999]])
})
