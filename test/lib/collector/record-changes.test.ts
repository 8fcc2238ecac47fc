import t from 'tap'
import type { ContainerRecord } from '../../../lib/collector/container-record.ts'
import { changesBetween, changesOfRemoved } from '../../../lib/collector/record-changes.ts'

const record = (given: Partial<ContainerRecord> = {}): ContainerRecord => ({
  id: 'aa',
  names: ['/web'],
  image: 'nginx',
  state: 'running',
  health: null,
  networkMode: null,
  networks: null,
  labels: {},
  created: 0,
  started: null,
  startedAt: 'T1',
  oomKilled: false,
  ...given
})

t.test('Two records of a container tell what must have happened in between', async t => {
  const cases: [string, Partial<ContainerRecord> | null, Partial<ContainerRecord>, object[]][] = [
    ['nothing', {}, {}, []],
    ['created', null, { state: 'created', startedAt: null }, [{ action: 'create' }]],
    ['created, by a record that was never inspected', null, { startedAt: undefined }, [{ action: 'create' }]],
    ['created and started', null, {}, [{ action: 'create' }, { action: 'start', startedAt: 'T1' }]],
    ['created, started and ended', null, { state: 'exited', exitCode: 3 },
      [{ action: 'create' }, { action: 'start', startedAt: 'T1' }, { action: 'die', exitCode: 3 }]],
    ['started', { state: 'created', startedAt: null }, {}, [{ action: 'start', startedAt: 'T1' }]],
    ['ended', {}, { state: 'exited', exitCode: 1 }, [{ action: 'die', exitCode: 1 }]],
    ['ended, nobody knows how', {}, { state: 'exited' }, [{ action: 'die', exitCode: null }]],
    ['ended for lack of memory', {}, { state: 'exited', exitCode: 137, oomKilled: true },
      [{ action: 'oom' }, { action: 'die', exitCode: 137 }]],
    ['restarted', {}, { startedAt: 'T2' }, [{ action: 'die', exitCode: null }, { action: 'start', startedAt: 'T2' }]],
    ['restarted and ended', {}, { startedAt: 'T2', state: 'exited', exitCode: 0 },
      [{ action: 'die', exitCode: null }, { action: 'start', startedAt: 'T2' }, { action: 'die', exitCode: 0 }]],
    ['started again', { state: 'exited' }, { startedAt: 'T2' }, [{ action: 'start', startedAt: 'T2' }]],
    ['paused', {}, { state: 'paused' }, [{ action: 'pause' }]],
    ['unpaused', { state: 'paused' }, {}, [{ action: 'unpause' }]],
    ['killed while paused', { state: 'paused' }, { state: 'exited', exitCode: 137 },
      [{ action: 'die', exitCode: 137 }]],
    ['renamed', { names: ['/old'] }, {}, [{ action: 'rename', detail: 'old' }]]
  ]
  for (const [title, before, after, expected] of cases) {
    t.strictSame(changesBetween(before ? record(before) : undefined, record(after)), expected, title)
  }
})

t.test('A container that is no longer there was removed, and ended before if it ran', async t => {
  t.strictSame(changesOfRemoved(record()), [{ action: 'die', exitCode: null }, { action: 'destroy' }])
  t.strictSame(changesOfRemoved(record({ state: 'exited' })), [{ action: 'destroy' }])
})
