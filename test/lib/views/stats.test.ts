import t from 'tap'
import { containerSnapshot, hostSnapshot, sample, statsRows } from '../../support/snapshots.ts'

const bare = { container: new Map(), tags: new Map() }

t.test('shows a container with every documented field', async t => {
  const running = containerSnapshot({
    memoryLimitBytes: 3,
    sample: sample({
      cpuNanoseconds: 1, memoryBytes: 2, memoryLimitBytes: 9, rxBytes: 4, txBytes: 5, rxBytesDelta: 6, txBytesDelta: 7
    })
  })
  const container = new Map([['web', { link: 'https://example.com', icon: 'web.png', tags: 'private' }]])
  const rows = statsRows(hostSnapshot({ containers: [running] }), { container, tags: new Map() })
  t.equal(JSON.stringify(rows), JSON.stringify([{
    name: 'web',
    id: 'c0ffee',
    hostName: 'nas',
    state: 'running',
    cpu_usage: 1,
    mem_usage: 2,
    mem_limit: 3,
    net_rx: 4,
    net_tx: 5,
    current_net_rx: 6,
    current_net_tx: 7,
    networkMode: 'bridge',
    link: 'https://example.com',
    icon: 'web.png',
    tags: 'private',
    image: 'nginx'
  }]))
})

t.test('unknown numbers are 0, and unknown strings are empty', async t => {
  const unknown = {
    name: 'web',
    id: 'c0ffee',
    hostName: 'nas',
    state: 'exited',
    cpu_usage: 0,
    mem_usage: 0,
    mem_limit: 0,
    net_rx: 0,
    net_tx: 0,
    current_net_rx: 0,
    current_net_tx: 0,
    networkMode: '',
    link: '',
    icon: '',
    tags: '',
    image: 'nginx'
  }
  for (const known of [null, sample()]) {
    const container = containerSnapshot({ state: 'exited', networkMode: null, sample: known })
    t.strictSame(statsRows(hostSnapshot({ containers: [container] }), bare), [unknown])
  }
})

t.test('containers keep the order of the snapshot', async t => {
  const containers = ['z', 'a', '1'].map(name => containerSnapshot({ name }))
  t.strictSame(statsRows(hostSnapshot({ containers }), bare).map(({ name }) => name), ['z', 'a', '1'])
  t.strictSame(statsRows(hostSnapshot(), bare), [])
})

t.test('adds the colours of tags', async t => {
  const tags = new Map([['private', 'violet-400'], ['raspberry', 'red-200']])
  const cases = [
    ['', ''],
    ['private', 'private:violet-400'],
    ['other', 'other'],
    ['private,raspberry', 'private:violet-400,raspberry:red-200'],
    [' raspberry , other,private ', 'raspberry:red-200,other,private:violet-400'],
    [',private,,', 'private:violet-400'],
    ['constructor,toString', 'constructor,toString']
  ] as const
  for (const [given, expected] of cases) {
    const container = new Map([['web', { link: '', icon: '', tags: given }]])
    const rows = statsRows(hostSnapshot({ containers: [containerSnapshot()] }), { container, tags })
    t.match(rows, [{ tags: expected }])
    t.equal(rows[0]?.tags, expected)
  }
})

t.test('accepts containers named like properties of Object.prototype', async t => {
  const containers = ['constructor', '__proto__', 'toString'].map(name => containerSnapshot({ name }))
  const container = new Map([['constructor', { link: 'l', icon: 'i', tags: 'constructor' }]])
  const rows = statsRows(hostSnapshot({ containers }), { container, tags: new Map([['constructor', 'blue']]) })
  t.strictSame(rows.map(({ link, icon, tags }) => [link, icon, tags]), [
    ['l', 'i', 'constructor:blue'], ['', '', ''], ['', '', '']
  ])
})
