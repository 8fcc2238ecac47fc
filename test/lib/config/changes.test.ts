import t from 'tap'
import type { Config } from '../../../lib/config/config.ts'
import { changedKeys, fingerprint, keepFixed } from '../../../lib/config/changes.ts'
import { loadYaml } from '../../support/load.ts'

t.test('names the settings that differ', async t => {
  const before = await loadYaml(t, 'tags: { a: red }\nserver: { publicUrl: https://a.example/ }')
  const after = await loadYaml(t, 'tags: { a: blue }\nserver: { publicUrl: https://b.example/ }')
  const elsewhere = { files: before.files, log: before.log, history: before.history }
  t.strictSame(changedKeys({ ...after, ...elsewhere }, before), ['server', 'tags'])
  t.strictSame(changedKeys({ ...before, version: 2, loadedAt: 0, text: '' }, before), [])
})

t.test('distinguishes the order of maps, because it is the order of hosts', async t => {
  t.not(fingerprint(new Map([['a', 1], ['b', 2]])), fingerprint(new Map([['b', 2], ['a', 1]])))
})

t.test('keeps where the service listens', async t => {
  const before = await loadYaml(t, '')
  const after = await loadYaml(t, 'server: { socket: { path: /run/a.sock } }', { PORT: '80' })
  const { next, kept } = keepFixed(after, before)
  t.equal(next.listen, before.listen)
  t.strictSame(kept, ['server.socket'])
  const tls = { cert: '', key: '', files: { cert: '', key: '' } }
  const secure: Config = { ...before, listen: { ...before.listen, tls: 'on' }, server: { ...before.server, tls } }
  t.match(keepFixed(secure, before), { next: { server: { tls: null } }, kept: ['server.tls'] })
  t.match(keepFixed(before, secure), { next: { server: { tls } }, kept: ['server.tls'] })
})

t.test('keeps the cluster', async t => {
  const [alone, a, b] = await Promise.all(['', 'cluster: { url: redis://a }', 'cluster: { url: redis://b }']
    .map(yaml => loadYaml(t, yaml)))
  if (!alone || !a || !b) throw new Error('nothing is loaded')
  for (const [after, before] of [[a, alone], [alone, a], [b, a]] as const) {
    const { next, kept } = keepFixed(after, before)
    t.equal(next.cluster, before.cluster)
    t.strictSame(kept, ['cluster'])
    t.strictSame(keepFixed(before, before).kept, [])
  }
})
