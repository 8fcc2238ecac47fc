import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { iconFile } from '../../../lib/http/icons.ts'
import { folder } from '../../support/folder.ts'

t.test('finds icons of simple-icons by the names of DockStat and Homepage', async t => {
  for (const icon of ['SI:docker', 'si:docker', 'SI:SiDocker', 'si-docker', 'SI:Docker']) {
    t.match(iconFile(icon, null), { name: 'docker.svg', folder: /simple-icons/ }, icon)
  }
  for (const icon of ['', 'SI:', 'SI:none-of-them', 'SI:noneofthem', 'SI:../x', 'docker']) {
    t.equal(iconFile(icon, null), null, icon)
  }
})

t.test('finds pictures in a folder, and nothing else', async t => {
  const place = folder(t)
  const inner = join(place, 'icons')
  mkdirSync(inner)
  for (const name of ['../outside.svg', 'a.svg', 'B.PNG', 'c.html']) writeFileSync(join(inner, name), '')
  t.strictSame(iconFile('a.svg', inner), { folder: inner, name: 'a.svg' })
  t.strictSame(iconFile('B.PNG', inner), { folder: inner, name: 'B.PNG' })
  for (const icon of ['../outside.svg', 'c.html', 'none.svg', 'icons/a.svg', './a.svg', '..']) {
    t.equal(iconFile(icon, inner), null, icon)
  }
  t.equal(iconFile('a.svg', null), null)
})
