import t from 'tap'
import { containerList, type FakeContainer, type FakeEngine } from '../fake-engine.ts'
import { matrix, well } from './matrix.ts'

/** Lists other containers from now on, without telling. */
const lists = (containers: FakeContainer[]) => (fake: FakeEngine) => { fake.containers = containerList(containers) }
const trio = ['aa', 'bb', 'cc']

matrix(t, [
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
