import t from 'tap'
import { createView } from '../../lib/views/encode.ts'
import { containerList, type FakeContainer, type FakeEngine } from '../support/fake-engine.ts'
import { statsRows } from '../support/snapshots.ts'
import { matrix, well } from './matrix.ts'

/** Changes the list without sending events. */
const lists = (containers: FakeContainer[]) => (fake: FakeEngine) => { fake.containers = containerList(containers) }

const long = 'x'.repeat(2 ** 16)
const odd = [
  '"quoted" \\ \'twice\'', 'two\nlines\r\n\t\0\u2028', '🔑 ünï 👩‍👩‍👧', '<script><!--%7', long, `${long}\n"🔑`
]
const oddly = odd.map((name, index): FakeContainer => ({ id: `a${index}`, names: [`/${name}`] }))

/** Schema of the names in a host's part of `/stats`. */
const names = { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } }
const view = createView(names, snapshot => statsRows(snapshot, { container: new Map(), tags: new Map() }))

const trio = ['aa', 'bb', 'cc']

matrix(t, [
  {
    title: 'names and labels with quotes, newlines, emoji, and of 64 KB',
    limits: { answer: 2 ** 22 },
    begin (fake) {
      const [first, ...others] = JSON.parse(containerList(oddly))
      const Labels = Object.fromEntries(odd.map(text => [text, text]))
      fake.containers = JSON.stringify([{ ...first, Labels }, ...others])
    },
    says: {
      ...well,
      containers: odd.map((name, index) => ({ id: `a${index}`, name, sample: { rxBytesDelta: 0 } }))
    },
    during (t, { collector: { snapshot } }) {
      t.strictSame(snapshot.containers.map(({ name }) => name), odd)
      t.strictSame(JSON.parse(String(view(snapshot))), odd.map(name => ({ name })))
    },
    sockets: 12
  },
  {
    title: 'duplicate names',
    begin: lists([{ id: 'aa', names: ['/web'] }, { id: 'bb', names: ['/web'] }, { id: 'cc', names: ['/web'] }]),
    says: { ...well, containers: trio.map(id => ({ id, name: 'web', sample: { rxBytesDelta: 0 } })) }
  },
  {
    title: 'no names',
    begin (fake) {
      const containers = JSON.parse(fake.containers)
      Object.assign(containers[0], { Names: [] })
      Object.assign(containers[1], { Names: null })
      Object.assign(containers[2], { Names: [null, 7, {}], Labels: null, Image: null })
      fake.containers = JSON.stringify(containers)
    },
    says: { ...well, containers: trio.map(id => ({ id, name: id, sample: { rxBytesDelta: 0 } })) }
  }
])
