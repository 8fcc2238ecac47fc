import t from 'tap'
import { nearest } from '../../../lib/model/nearest.ts'

t.test('suggests a name only if it is close', async t => {
  const known = ['url', 'port', 'context', 'tls', 'filter', 'nas-01']
  const cases = [
    ['urls', 'url'], ['contex', 'context'], ['contetx', 'context'], ['nas-02', 'nas-01'], ['nas01', 'nas-01'],
    ['ssl', null], ['name', null], ['x', null], ['', null], ['prot', null]
  ] as const
  for (const [given, expected] of cases) t.equal(nearest(given, known), expected, given)
  t.equal(nearest('x', []), null)
})
