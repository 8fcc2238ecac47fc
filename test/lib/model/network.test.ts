import t from 'tap'
import { networkScope } from '../../../lib/model/network.ts'

t.test('derives the scope from the current networks, or from the mode if they are unknown', async t => {
  const cases = [
    ['bridge', null, 'own'], ['edge_default', [], 'own'], ['slirp4netns', null, 'own'], ['host', null, 'host'],
    ['host', ['host'], 'host'], ['none', ['none'], 'none'], ['none', [], 'none'], ['container:web-id', [], 'container'],
    [null, null, null], [null, ['bridge'], 'own'], ['none', ['n1'], 'own'], ['none', ['none', 'n1'], 'own'],
    ['bridge', ['none'], 'none'], ['default', ['bridge'], 'own']
  ] as const
  for (const [networkMode, networks, scope] of cases) {
    t.equal(networkScope({ networkMode, networks }), scope, `${networkMode} ${networks}`)
  }
})
