import { mock } from 'node:test'
import t from 'tap'
import { ContainerSet } from '../../../lib/collector/container-set.ts'
import { InspectionLoop } from '../../../lib/collector/inspection-loop.ts'
import { Inventory } from '../../../lib/collector/inventory.ts'
import { Problems } from '../../../lib/collector/problems.ts'
import { Sampler } from '../../../lib/collector/sampler.ts'
import { SnapshotBuilder } from '../../../lib/collector/snapshot-builder.ts'
import { Transitions } from '../../../lib/collector/transitions.ts'
import { Watch } from '../../../lib/collector/watch.ts'
import { EngineClient } from '../../../lib/engine/client.ts'
import { monotonic, wallClock } from '../../../lib/model/time.ts'
import { quick } from '../../support/collector.ts'
import { containerList, startFakeEngine } from '../../support/fake-engine.ts'
import { configuration } from '../../support/snapshots.ts'

const STALE_AFTER = 100

t.test('containers still expire if the timer fires too early', async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }]) })
  const engine = new EngineClient({ address: fake.address })
  t.teardown(() => engine.close())
  const timing = { ...quick, staleAfter: STALE_AFTER }
  const [containers, problems] = [new ContainerSet(), new Problems()]
  const inventory = new Inventory(engine, timing, containers, problems)
  const none = () => {}
  const builder = new SnapshotBuilder({
    host: 'nas',
    configuration,
    engine,
    timing,
    containers,
    inventory,
    problems,
    inspections: new InspectionLoop(engine, timing, containers),
    sampler: new Sampler(engine, timing),
    transitions: new Transitions('nas'),
    watch: new Watch({ engine, timing, onEvent: none, onGap: none, onSteady: none, onFailure: none })
  }, none)
  t.teardown(() => builder.close())
  await inventory.list(new AbortController().signal)
  builder.publish({ up: true, lastSeen: wallClock(), lastSeenMonotonic: monotonic() })
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  builder.expire()
  mock.timers.tick(STALE_AFTER)
  t.match(builder.snapshot.containers, [{ name: 'aa' }], 'still fresh')
  const end = monotonic() + STALE_AFTER
  while (monotonic() < end); // lets real time pass, while timers are mocked
  mock.timers.tick(STALE_AFTER)
  t.strictSame(builder.snapshot.containers, [])
})
