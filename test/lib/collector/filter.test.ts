import t from 'tap'
import { createFilter } from '../../../lib/collector/filter.ts'

const web = { id: 'aa', names: ['/db/alias', '/web'], image: 'ghcr.io/org/web:1', labels: { team: 'edge', tier: '' } }

t.test('exclude wins over include; an empty include matches everything', async t => {
  const cases = [
    [[], [], true],
    [['web'], [], true],
    [['w*'], [], true],
    [['db'], [], false],
    [['db', 'web'], [], true],
    [[], ['web'], false],
    [[], ['db'], true],
    [['web'], ['w?b'], false],
    [['image:ghcr.io/*'], [], true],
    [['image:ghcr.io'], [], false],
    [[], ['image:*:1'], false],
    [['label:team'], [], true],
    [['label:tier'], [], true],
    [['label:owner'], [], false],
    [['label:toString'], [], false],
    [['label:team=e*'], [], true],
    [['label:team=x*'], [], false],
    [['label:owner=*'], [], false]
  ] as const
  for (const [include, exclude, isShown] of cases) {
    t.equal(createFilter({ include, exclude }).isShown(web), isShown, JSON.stringify({ include, exclude }))
  }
})

t.test('combines lists, and tells which labels they read', async t => {
  const filter = createFilter({ include: ['db', 'label:a=x'], exclude: [] }, { include: ['web'], exclude: ['label:b'] })
  t.equal(filter.isShown(web), true)
  t.equal(filter.isShown({ ...web, labels: { b: '' } }), false)
  t.strictSame(filter.labels, ['a', 'b'])
})

t.test('a container can hide itself with a label', async t => {
  const { isShown } = createFilter({ include: ['web'], exclude: [] })
  for (const [value, expected] of [['true', false], ['false', true], ['', true]] as const) {
    t.equal(isShown({ ...web, labels: { 'dockstat.ignore': value } }), expected, value)
  }
})
