import t from 'tap'
import { warningsFor } from '../../../lib/cluster/warnings.ts'
import { loadYaml } from '../../support/load.ts'

t.test('warns of hosts that are another Engine on each machine', async t => {
  const yaml = 'hosts: { nas: { url: tcp://nas }, here: { url: "unix:///run/docker.sock" } }'
  const warnings = warningsFor(await loadYaml(t, yaml, { SECRET: 'one' }))
  t.match(warnings, [/Unix socket.*: here\. Unless/])
  t.equal(warnings.length, 1)
})

t.test('warns of tokens that differ', async t => {
  const hosts = 'hosts: { nas: { url: tcp://nas } }\n'
  const named = `[{ name: a, sha256: ${'a'.repeat(64)}, scopes: [stats] }]`
  t.match(warningsFor(await loadYaml(t, hosts)), [/Set auth\.token or SECRET/])
  t.strictSame(warningsFor(await loadYaml(t, `${hosts}auth: { token: abc }`)), [])
  t.strictSame(warningsFor(await loadYaml(t, `${hosts}auth: { tokens: ${named} }`)), [])
  t.strictSame(warningsFor(await loadYaml(t, hosts, { SKIP_AUTH: 'true' })), [])
})
