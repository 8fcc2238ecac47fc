import t from 'tap'
import { header, textIn, type Described } from '../../../../lib/views/metrics/exposition.ts'

const counter: Described = { name: 'a_seconds_total', type: 'counter', help: 'Time' }
const info: Described = { name: 'a_info', type: 'info', help: 'What it is' }
const gauge: Described = { name: 'a_bytes', type: 'gauge', help: 'Size' }
const bare: Described = { name: 'a_pids', type: 'gauge', help: 'Many' }
const packets: Described = { name: 'a_packets_total', type: 'counter', help: 'Packets' }

t.test('text uses the sample name, and gauge as the type of info metrics', async t => {
  t.equal(header(counter, 'text'), '# HELP a_seconds_total Time\n# TYPE a_seconds_total counter\n')
  t.equal(header(info, 'text'), '# HELP a_info What it is\n# TYPE a_info gauge\n')
  t.equal(header(gauge, 'text'), '# HELP a_bytes Size\n# TYPE a_bytes gauge\n')
})

t.test('OpenMetrics uses the family name and adds the unit', async t => {
  const described = (metric: Described) => header(metric, 'openmetrics')
  t.equal(described(counter), '# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds Time\n')
  t.equal(described(info), '# TYPE a info\n# HELP a What it is\n')
  t.equal(described(gauge), '# TYPE a_bytes gauge\n# UNIT a_bytes bytes\n# HELP a_bytes Size\n')
  t.equal(described(bare), '# TYPE a_pids gauge\n# HELP a_pids Many\n')
  t.equal(described(packets), '# TYPE a_packets counter\n# HELP a_packets Packets\n')
})

t.test('converts prom-client text to OpenMetrics without changing samples', async t => {
  const text = '# HELP a_total A_total here\n# TYPE a_total counter\na_total{b="c"} 1\n\n' +
    '# HELP d D\n# TYPE d gauge\nd 2\n'
  t.equal(textIn('text', text), text)
  t.equal(textIn('openmetrics', text),
    '# HELP a A_total here\n# TYPE a counter\na_total{b="c"} 1\n# HELP d D\n# TYPE d gauge\nd 2\n')
})
