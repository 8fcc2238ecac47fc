import t from 'tap'
import { parseContainers } from '../../../lib/engine/wire.ts'
import { nameOf } from '../../../lib/model/names.ts'
import { fixture } from '../../support/fixture.ts'

t.test('picks the name without a second slash, or the short ID', async t => {
  const id = '0123456789abcdef'
  const cases = [
    [['/web'], 'web'],
    [['/rc-aaa/database', '/rc-db', '/rc-zzz/db2'], 'rc-db'],
    [['web'], 'web'],
    [[], '0123456789ab'],
    [['/only/alias'], '0123456789ab'],
    [['/'], '0123456789ab']
  ] as const
  for (const [names, name] of cases) t.equal(nameOf({ id, names }), name, names.join())
  const links = parseContainers(JSON.parse(fixture('containers-links.json'))) ?? []
  t.notOk(links.map(nameOf).some(name => name.includes('/')))
})
