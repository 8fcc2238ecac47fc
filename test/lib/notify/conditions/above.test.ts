import t from 'tap'
import { TestRule } from '../../../support/rules.ts'
import { containerSnapshot, sample } from '../../../support/snapshots.ts'
import type { HostSnapshot } from '../../../../lib/model/snapshot.ts'
import type { Sample } from '../../../../lib/model/sample.ts'
import type { ContainerSnapshot } from '../../../../lib/model/snapshot.ts'

const engine = { cpus: 4, memoryBytes: 1000 } as HostSnapshot['engine']

/** The next snapshot, with a sample at a time in seconds. */
function use (rule: TestRule, seconds: number, used: Partial<Sample> | null, given: Partial<ContainerSnapshot> = {}) {
  const latest = used && sample({ atMonotonic: seconds * 1000, ...used })
  return rule.at(seconds).see({ engine, containers: [containerSnapshot({ sample: latest, ...given })] })
}

const memory = (memoryBytes: number) => ({ memoryBytes })
const on = { 'memory-above': { percent: 90, minutes: 1 } }
const url = 'alertmanager://a'

t.test('tells about memory that is above the limit in every sample for some minutes', async t => {
  const rule = new TestRule({ on, url })
  const limit = { memoryLimitBytes: 200 }
  use(rule, 0, memory(181), limit)
  use(rule, 30, memory(180), limit)
  use(rule, 60, memory(190), limit)
  use(rule, 110, memory(190), limit)
  t.strictSame(rule.events(), [])
  use(rule, 120, memory(191), limit)
  use(rule, 180, memory(199), limit)
  t.match(rule.messages, [{
    event: 'memory-above',
    percent: 95.5,
    title: 'web on nas uses 95.5 % of its memory',
    detail: 'Above 90 % of its memory for 1 minutes'
  }])
  rule.events()
  use(rule, 190, null, limit)
  t.strictSame(rule.events(), [], 'unknown')
  use(rule, 200, memory(180), limit)
  t.strictSame(rule.events(), ['memory-above ended'])
})

t.test('tells people nothing about the end', async t => {
  const rule = new TestRule({ on: { 'memory-above': { percent: 90, minutes: 0 } } })
  use(rule, 0, memory(999))
  use(rule, 1, memory(1))
  use(rule, 2, memory(999))
  t.strictSame(rule.events(), ['memory-above', 'memory-above'])
})

t.test('takes the limit of the host for a container without one, and knows CPUs', async t => {
  const rule = new TestRule({ on: { 'cpu-above': { percent: 50, minutes: 0 } } })
  use(rule, 0, { cpuCores: 2 })
  t.strictSame(rule.events(), [], 'half of the host')
  use(rule, 1, { cpuCores: 2.1 })
  t.match(rule.messages, [{ percent: 52.5, detail: 'Above 50 % of its CPU for 0 minutes' }])
  const limited = new TestRule({ on: { 'cpu-above': { percent: 50, minutes: 0 } } })
  use(limited, 0, { cpuCores: 0.9 }, { limits: { cpus: 1, memoryBytes: null, pids: null } })
  t.match(limited.messages, [{ percent: 90 }])
  t.strictSame(limited.see({ engine: null, containers: [containerSnapshot({ sample: sample({ cpuCores: 9 }) })] })
    .events(), ['cpu-above'], 'an unknown limit changes nothing')
})

t.test('ends for containers that stop or are removed, and with their host', async t => {
  const ends: ((rule: TestRule) => unknown)[] = [
    rule => use(rule, 70, null, { state: 'exited' }),
    rule => rule.see({ containers: [] }),
    rule => rule.forget('nas')
  ]
  for (const end of ends) {
    const rule = new TestRule({ on, url })
    use(rule, 0, memory(999))
    use(rule, 60, memory(999))
    rule.see({ up: false, containers: [] }).see({ containers: [], isListed: false })
    t.strictSame(rule.events(), ['memory-above'])
    end(rule)
    t.strictSame(rule.events(), ['memory-above ended'])
  }
})

t.test('is only about the containers of the rule, and remembers what it told', async t => {
  const others = new TestRule({ on: { 'memory-above': { percent: 90, minutes: 0 } }, containers: ['db'] })
  use(others, 0, memory(999))
  t.strictSame(others.events(), [])
  const rule = new TestRule({ on })
  use(rule, 0, memory(999))
  use(rule, 60, memory(999))
  const restarted = new TestRule({ on }, rule.memory)
  use(restarted, 0, memory(999))
  use(restarted, 60, memory(999))
  t.strictSame([rule.events(), restarted.events()], [['memory-above'], []])
})
