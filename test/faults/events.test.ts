import t from 'tap'
import { containerList } from '../support/fake-engine.ts'
import { matrix, well } from './matrix.ts'

const listOf = (...ids: string[]) => containerList(ids.map(id => ({ id })))

matrix(t, [
  {
    title: 'an event stream that silently stops',
    timing: { resync: 150 },
    begin (fake) {
      fake.containers = listOf('ff', 'aa', 'bb', 'cc')
    },
    says: { ...well, containers: [{ id: 'ff', sample: { cpuNanoseconds: 24064939738 } }] },
    during (t, { fake }) {
      const streams = fake.requests.filter(request => request.includes('/events')).length
      t.ok(streams > 1, 'the list reveals the missing events, and the stream is reopened')
    }
  }
])
