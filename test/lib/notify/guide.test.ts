import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EVENTS } from '../../../lib/notify/events.ts'
import { checkTemplate } from '../../../lib/notify/template.ts'
import { loadYaml } from '../../support/load.ts'

const guide = readFileSync(join(import.meta.dirname, '../../../docs/notifications.md'), 'utf8')

/** The first cells of the table with this heading. */
const cells = (heading: string) => (guide.split(`\n| ${heading} |`)[1] ?? '').split('\n\n', 1).join()
  .split('\n').slice(2).map(row => row.split(' | ')[0]?.slice(2) ?? '')

t.test('has examples that load', async t => {
  const examples = [...guide.matchAll(/^( *)```yaml\n(.*?)\n *```/gms)]
    .map(([, indent = '', yaml = '']) => yaml.replaceAll(new RegExp(`^${indent}`, 'gm'), ''))
  t.ok(examples.length >= 9)
  for (const yaml of examples) {
    const key = yaml.replace(/^/gm, '    ').trimStart()
    const rest = yaml.startsWith('url:') ? key : `url: ntfy://ntfy.sh/a\n    ${key}`
    const text = yaml.startsWith('notify:') ? yaml : `notify:\n  - name: a\n    on: [die]\n    ${rest}\n`
    const { notify } = await loadYaml(t, text)
    t.equal(notify.length, 1, text)
  }
})

t.test('explains all events and variables', async t => {
  t.strictSame(cells('Event').map(cell => cell.slice(1, -1)).sort(), [...EVENTS].sort())
  const variables = cells('Variable').flatMap(cell => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
  const [, known = ''] = checkTemplate('{{unknown}}')?.split('Known: ') ?? []
  t.strictSame(variables.sort(), known.split(', ').sort())
})
