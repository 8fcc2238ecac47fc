import t from 'tap'
import { containerList } from '../support/fake-engine.ts'
import { matrix, well } from './matrix.ts'

const listOf = (...ids: string[]) => containerList(ids.map(id => ({ id })))

matrix(t, [
  {
    title: 'an event stream that is silently dead',
    timing: { resync: 150 },
    begin (fake) {
      fake.containers = listOf('ff', 'aa', 'bb', 'cc')
    },
    says: { ...well, containers: [{ id: 'ff', sample: { cpuNanoseconds: 24064939738 } }] },
    during (t, { fake }) {
      const streams = fake.requests.filter(request => request.includes('/events')).length
      t.ok(streams > 1, 'a list shows what it kept back, and it is opened anew')
    }
  }
])
