import t from 'tap'
import { mapCooperatively, piecesOf } from '../../lib/cooperative.ts'

t.test('returns what map returns, and awaits promises', async t => {
  t.strictSame(await mapCooperatively([], Number), [])
  t.strictSame(await mapCooperatively(['1', '2', '3'], Number), [1, 2, 3])
  t.strictSame(await mapCooperatively([3, 1, 2], async number => number * 2), [6, 2, 4])
  await t.rejects(mapCooperatively([1], () => { throw new Error('no') }), { message: 'no' })
})

t.test('yields to the event loop', async t => {
  let turns = 0
  const timer = setInterval(() => { turns++ })
  t.teardown(() => clearInterval(timer))
  await mapCooperatively(Array(10), () => {
    const end = performance.now() + 5
    while (performance.now() < end);
  })
  t.ok(turns > 2, `${turns} turns`)
})

t.test('splits a list into pieces of maximum length', async t => {
  t.strictSame(piecesOf([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]])
  t.strictSame(piecesOf([1, 2], 2), [[1, 2]])
  t.strictSame(piecesOf([], 2), [])
})
