import t from 'tap'
import { singleFlight } from '../../../lib/model/single-flight.ts'

/** A function that runs until it is released, and counts concurrent runs. */
function gate () {
  const waiting: (() => void)[] = []
  const seen = { starts: 0, running: 0, most: 0 }
  const flight = singleFlight(async () => {
    seen.starts++
    seen.running++
    seen.most = Math.max(seen.most, seen.running)
    await new Promise<void>(resolve => waiting.push(resolve))
    seen.running--
  })
  return { seen, flight, letGo: () => { for (const resolve of waiting.splice(0)) resolve() } }
}

/** Yields to microtasks, such as those between two runs. */
const turns = async (count: number) => { for (let turn = 0; turn < count; turn++) await null }

t.test('join shares the run in progress', async t => {
  const { seen, flight, letGo } = gate()
  const runs = [flight.join(), flight.join()]
  letGo()
  await Promise.all(runs)
  t.equal(seen.starts, 1)
})

t.test('again shares the next run', async t => {
  const { seen, flight, letGo } = gate()
  const runs = [flight.join(), flight.again(), flight.again()]
  letGo()
  await runs[0]
  await turns(5)
  letGo()
  await Promise.all(runs)
  t.match(seen, { starts: 2, most: 1 })
})

for (const way of ['join', 'again'] as const) {
  t.test(`never runs twice at a time: ${way} while a run ends and another waits`, async t => {
    for (let turn = 0; turn < 8; turn++) {
      const { seen, flight, letGo } = gate()
      const runs = [flight.join(), flight.again()]
      letGo()
      await turns(turn)
      runs.push(flight[way]())
      for (let rest = 0; rest < 8; rest++) {
        await turns(4)
        letGo()
      }
      await Promise.all(runs)
      t.equal(seen.most, 1, `${turn} turns later`)
    }
  })
}
