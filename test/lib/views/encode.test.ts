import t from 'tap'
import type { ContainerSnapshot, HostSnapshot } from '../../../lib/model/snapshot.ts'
import { createListView, createRowView, createView, joinHosts, joinRows } from '../../../lib/views/encode.ts'
import { containerSnapshot, hostSnapshot } from '../../support/snapshots.ts'

const schema = {
  type: 'object',
  properties: { version: { type: 'number' }, error: { type: ['string', 'null'] } }
} as const

const read = ({ version, error }: HostSnapshot) => ({ version, error: error?.code ?? null, unlisted: true })

t.test('a view contains the fields of its schema', async t => {
  const view = createView(schema, read)
  t.equal(view(hostSnapshot({ version: 7 })).toString(), '{"version":7,"error":null}')
})

t.test('reads and encodes a snapshot once', async t => {
  let reads = 0
  const view = createView(schema, snapshot => {
    reads++
    return read(snapshot)
  })
  const snapshot = hostSnapshot()
  const bytes = view(snapshot)
  t.equal(view(snapshot), bytes)
  t.equal(reads, 1)
  const next = view({ ...snapshot, version: 2 })
  t.not(next, bytes)
  t.equal(reads, 2)
  t.equal(view(snapshot), bytes, 'the previous one is still cached')
})

t.test('two views of one snapshot do not share bytes', async t => {
  const snapshot = hostSnapshot()
  t.not(createView(schema, read)(snapshot), createView(schema, read)(snapshot))
})

t.test('joins hosts by name, in the order of the snapshots', async t => {
  const view = createView(schema, read)
  const bytes = await joinHosts(['20', 'zed', '3'].map((host, version) => hostSnapshot({ host, version })), view)
  t.equal(bytes.toString(),
    '{"20":{"version":0,"error":null},"zed":{"version":1,"error":null},"3":{"version":2,"error":null}}')
})

t.test('an empty fleet is an empty object', async t => {
  t.equal(String(await joinHosts([], createView(schema, read))), '{}')
})

t.test('escapes host names', async t => {
  const view = createView(schema, read)
  const names = ['a "b"', 'back\\slash', 'line\nbreak', 'ünï-🔑', '__proto__', '']
  const bytes = await joinHosts(names.map(host => hostSnapshot({ host })), view)
  t.strictSame(Object.keys(JSON.parse(bytes.toString())), names)
})

t.test('handles multibyte characters', async t => {
  const view = createView(schema, read)
  const hosts = [hostSnapshot({ host: 'é', error: { code: 'ü', message: '' } }), hostSnapshot({ host: 'z' })]
  const bytes = await joinHosts(hosts, view)
  t.strictSame(JSON.parse(bytes.toString()), { é: { version: 1, error: 'ü' }, z: { version: 1, error: null } })
})

const rowSchema = { type: 'object', properties: { host: { type: 'string' }, name: { type: 'string' } } } as const

t.test('encodes a whole container once, a selection of fields every time', async t => {
  let reads = 0
  const view = createRowView(rowSchema, ({ host }: HostSnapshot, { name, id }: ContainerSnapshot) => {
    reads++
    return { name, id, host }
  })
  const [snapshot, container] = [hostSnapshot(), containerSnapshot()]
  const bytes = view([])(snapshot, container)
  t.equal(bytes.toString(), '{"host":"nas","name":"web"}')
  t.equal(view([])(snapshot, container), bytes)
  t.equal(reads, 1)
  for (const [fields, text] of [[['name'], '{"name":"web"}'], [['name', 'host'], bytes.toString()]] as const) {
    t.equal(view(fields)(snapshot, container).toString(), text)
  }
  t.equal(reads, 3)
})

t.test('joins containers into a list', async t => {
  const view = createRowView(rowSchema, ({ host }: HostSnapshot, { name }: ContainerSnapshot) => ({ name, host }))([])
  const row = (name: string) => [hostSnapshot(), containerSnapshot({ name })] as const
  for (const names of [[], ['1'], ['"ü"', '2', '{}']]) {
    const list = JSON.parse(String(await joinRows(names.map(row), view)))
    t.strictSame(list, names.map(name => ({ host: 'nas', name })))
  }
})

t.test('builds the list of a host once, yielding to the event loop', async t => {
  let reads = 0
  const view = createListView(rowSchema, ({ host }, { name }) => {
    const end = performance.now() + 1
    while (performance.now() < end);
    reads++
    return { host, name }
  })
  const snapshot = hostSnapshot({ containers: Array.from({ length: 20 }, () => containerSnapshot()) })
  const list = view(snapshot)
  t.equal(view(snapshot), list)
  await new Promise(resolve => setImmediate(resolve))
  t.ok(reads < 20, `${reads} of 20 are read in the first slices`)
  t.equal(JSON.parse(String(await list)).length, 20)
  t.equal(reads, 20)
})
