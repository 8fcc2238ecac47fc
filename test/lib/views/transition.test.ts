import fastJson, { type Schema } from 'fast-json-stringify'
import t from 'tap'
import { ACTIONS, type Transition } from '../../../lib/model/transition.ts'
import { transitionSchema } from '../../../lib/schemas/transition.ts'
import { transitionRow } from '../../../lib/views/transition.ts'

const schema: object = transitionSchema
const encode = fastJson(schema as Schema)

const transition = (given: Partial<Transition> = {}): Transition => ({
  id: 1785931200123456,
  at: Date.UTC(2026, 0, 31, 12),
  host: 'nas',
  container: { id: 'c0ffee', name: 'web', image: 'nginx' },
  action: 'die',
  exitCode: 137,
  health: null,
  detail: null,
  ...given
})

t.test('shows a transition of a container', async t => {
  t.equal(encode(transitionRow(transition())), '{"id":1785931200123456,"at":"2026-01-31T12:00:00.000Z","host":"nas",' +
    '"container":{"id":"c0ffee","name":"web","image":"nginx"},"action":"die","exitCode":137,"health":null,' +
    '"detail":null}')
})

t.test('shows a transition of a host', async t => {
  const given = transition({ container: null, action: 'host-down', exitCode: null, detail: 'connection refused' })
  t.match(JSON.parse(encode(transitionRow(given))),
    { container: null, action: 'host-down', exitCode: null, detail: 'connection refused' })
})

t.test('the schema names every action', async t => {
  t.strictSame(transitionSchema.properties.action.enum, ACTIONS)
})
