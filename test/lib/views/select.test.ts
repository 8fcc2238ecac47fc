import t from 'tap'
import { selectHosts } from '../../../lib/views/select.ts'
import { hostSnapshot } from '../../snapshots.ts'

const snapshots = ['nas', 'pi', 'web'].map(host => hostSnapshot({ host }))
const selected = (...names: string[]) => selectHosts(snapshots, names).map(({ host }) => host)

t.test('keeps the order of the configuration, each host once', async t => {
  t.strictSame(selected(), ['nas', 'pi', 'web'])
  t.strictSame(selected('web', 'nas', 'web'), ['nas', 'web'])
})

t.test('an unknown host is an error that names the nearest', async t => {
  t.throws(() => selected('nas', 'wab'), {
    code: 'HOST_NOT_FOUND', statusCode: 404, message: 'There is no host wab, did you mean web?'
  })
})
