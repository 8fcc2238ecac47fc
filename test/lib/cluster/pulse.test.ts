import { mock } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Pulse } from '../../../lib/cluster/pulse.ts'

/** A pulse every 100 ms of a clock that the test moves; `ends` has a function for each call that is running. */
function start (t: Test) {
  mock.timers.enable({ apis: ['setTimeout'] })
  let now = 1000
  mock.method(performance, 'now', () => now)
  t.teardown(() => {
    mock.timers.reset()
    mock.restoreAll()
  })
  const ends: (() => void)[] = []
  let calls = 0
  const pulse = new Pulse(100, () => {
    calls++
    return new Promise(resolve => ends.push(resolve))
  })
  const end = async () => {
    for (const resolve of ends.splice(0)) resolve()
    await setImmediate()
  }
  const pass = async (milliseconds: number) => {
    now += milliseconds
    mock.timers.tick(milliseconds)
    await setImmediate()
  }
  return { pulse, calls: () => calls, end, pass }
}

t.test('calls again and again, from the start of one call to the next', async t => {
  const { pulse, calls, end, pass } = start(t)
  pulse.in(0)
  await pass(0)
  t.equal(calls(), 1)
  await pass(60)
  await end()
  await pass(39)
  t.equal(calls(), 1)
  await pass(1)
  t.equal(calls(), 2)
})

t.test('a call that takes long delays the next one, which follows at once', async t => {
  const { pulse, calls, end, pass } = start(t)
  pulse.in(0)
  await pass(0)
  await pass(500)
  t.equal(calls(), 1, 'one at a time')
  await end()
  await pass(1)
  t.equal(calls(), 2)
})

t.test('a call can be asked for earlier, also while one is running', async t => {
  const { pulse, calls, end, pass } = start(t)
  for (const milliseconds of [50, 10, 30]) pulse.in(milliseconds)
  await pass(10)
  t.equal(calls(), 1)
  pulse.in(20)
  await end()
  await pass(20)
  t.equal(calls(), 2)
  pulse.in(0)
  pulse.in(0)
  await pass(0)
  t.equal(calls(), 2)
  await end()
  t.equal(calls(), 3, 'one that starts after it was asked for')
  await end()
  await pass(99)
  t.equal(calls(), 3)
  await pass(1)
  t.equal(calls(), 4)
})

t.test('nothing is called after the end, which waits for a running call', async t => {
  const { pulse, calls, end, pass } = start(t)
  pulse.in(0)
  await pass(0)
  let isStopped = false
  const stopping = pulse.stop().then(() => { isStopped = true })
  await setImmediate()
  t.notOk(isStopped)
  await end()
  await stopping
  pulse.in(0)
  await pass(1000)
  t.equal(calls(), 1)
})
