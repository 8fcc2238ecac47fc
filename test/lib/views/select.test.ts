import t from 'tap'
import { selectContainer, selectHosts } from '../../../lib/views/select.ts'
import { containerSnapshot, hostSnapshot } from '../../support/snapshots.ts'

const snapshots = ['nas', 'pi', 'web'].map(host => hostSnapshot({ host }))
const selected = (...names: string[]) => selectHosts(snapshots, names).map(({ host }) => host)

t.test('returns each host once, in configuration order', async t => {
  t.strictSame(selected(), ['nas', 'pi', 'web'])
  t.strictSame(selected('web', 'nas', 'web'), ['nas', 'web'])
})

t.test('rejects an unknown host and suggests the closest name', async t => {
  t.throws(() => selected('nas', 'wab'), {
    code: 'HOST_NOT_FOUND', statusCode: 404, message: 'There is no host wab. Did you mean web?'
  })
})

t.test('finds a container by name, ID or ID prefix; the name takes precedence', async t => {
  const containers = [['abc1', 'web'], ['abc2', 'db'], ['def', 'abc'], ['f00', 'toString']].map(([id, name]) =>
    containerSnapshot({ id: String(id), name: String(name) }))
  const find = (given: string) => selectContainer(hostSnapshot({ containers }), given).id
  for (const [given, id] of [['web', 'abc1'], ['abc2', 'abc2'], ['abc', 'def'], ['d', 'def'], ['toString', 'f00']]) {
    t.equal(find(String(given)), id)
  }
  t.throws(() => find('ab'), {
    code: 'CONTAINER_AMBIGUOUS',
    statusCode: 409,
    message: 'ID prefix ab is ambiguous on nas: it matches web (abc1), db (abc2)'
  })
  for (const [given, nearest] of [['wbe', 'web'], ['Web', 'web'], ['', 'db']]) {
    t.throws(() => find(String(given)), {
      code: 'CONTAINER_NOT_FOUND',
      statusCode: 404,
      message: `There is no container ${given} on nas. Did you mean ${nearest}?`
    })
  }
  t.throws(() => selectContainer(hostSnapshot(), 'web'), {
    message: 'There is no container web on nas. The host has no visible containers.'
  })
})
