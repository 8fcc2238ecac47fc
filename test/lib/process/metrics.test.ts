import t from 'tap'
import { createProcessMetrics } from '../../../lib/process/metrics.ts'

const processMetrics = createProcessMetrics()

t.test('exports CPU, memory, event loop and garbage collection of the process', async t => {
  const text = await processMetrics()
  for (const name of [
    'process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds'
  ]) t.match(text, `\n# TYPE ${name} `)
  t.match(text, /^process_resident_memory_bytes \d+$/m)
})

t.test('uses the suffix _total only for counters', async t => {
  const types = [...(await processMetrics()).matchAll(/^# TYPE (\S+_total) (\S+)$/gm)]
  t.ok(types.length >= 3)
  for (const [header, , type] of types) t.equal(type, 'counter', header)
})
