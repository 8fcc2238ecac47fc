import t from 'tap'
import { containerExample, eventsExample, hostExample } from '../../lib/schemas/examples.ts'
import type { Host, Row, Transition } from '../../web/types.ts'

// Other tests hold the examples against the schemas. That they can be assigned is checked by `npm run typecheck`.
const row: Row = containerExample
const host: Host = hostExample
const events: readonly Transition[] = eventsExample

t.test('the page reads what the API answers', async t => {
  t.type(row.cpu.cores, 'number')
  t.type(host.totals.cpuCores, 'number')
  t.match(events, [{ action: 'die' }])
})
