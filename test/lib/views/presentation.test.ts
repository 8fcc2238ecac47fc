import t from 'tap'
import { presentationOf } from '../../../lib/views/presentation.ts'
import { containerSnapshot, hostSnapshot, statsRows } from '../../support/snapshots.ts'

const colours = new Map([['private', 'violet-400']])

t.test('precedence per key: host/name, name, dockstat labels, homepage labels', async t => {
  const byHost = { 'nas/web': { link: 'https://host', icon: '', tags: '' } }
  const byName = { web: { link: 'https://name', icon: 'name.png', tags: '' } }
  const dockstat = { 'dockstat.link': 'https://dockstat', 'dockstat.icon': 'dockstat.png', 'dockstat.tags': 'a' }
  const homepage = { 'homepage.href': 'http://homepage', 'homepage.icon': 'homepage.png' }
  const cases = [
    [{ ...byHost, ...byName }, { ...dockstat, ...homepage }, ['https://host', 'name.png', 'a']],
    [byName, { ...dockstat, ...homepage }, ['https://name', 'name.png', 'a']],
    [byHost, { ...dockstat, ...homepage }, ['https://host', 'dockstat.png', 'a']],
    [{}, { ...dockstat, ...homepage }, ['https://dockstat', 'dockstat.png', 'a']],
    [{}, homepage, ['http://homepage', 'homepage.png', '']],
    [{}, {}, ['', '', '']]
  ] as const
  for (const [container, labels, [link, icon, tags]] of cases) {
    const config = { container: new Map(Object.entries(container)), tags: colours }
    const shown = presentationOf('nas', containerSnapshot({ labels }), config)
    t.strictSame(shown, { link, icon, tags: tags ? [{ name: tags, colour: null }] : [] })
    const rows = statsRows(hostSnapshot({ containers: [containerSnapshot({ labels })] }), config)
    t.match(rows, [{ link, icon, tags }], '/stats agrees')
  }
})

t.test('splits tags and looks up their colours', async t => {
  const labels = { 'dockstat.tags': ' private,, edge , toString' }
  t.strictSame(presentationOf('nas', containerSnapshot({ labels }), { container: new Map(), tags: colours }).tags, [
    { name: 'private', colour: 'violet-400' }, { name: 'edge', colour: null }, { name: 'toString', colour: null }
  ])
})

t.test('labels can only link to web pages', async t => {
  for (const link of ['javascript:alert(1)', 'data:text/html,x', ' javascript:x', 'http://', '/local', '']) {
    const labels = { 'dockstat.link': link, 'homepage.href': 'https://example.com' }
    const shown = presentationOf('nas', containerSnapshot({ labels }), { container: new Map(), tags: colours })
    t.equal(shown.link, 'https://example.com', link)
  }
})
