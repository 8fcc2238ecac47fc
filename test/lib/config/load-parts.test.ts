import { copyFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadConfig } from '../../../lib/config/load.ts'
import { authority } from '../../support/certificates.ts'
import { folder } from '../../support/folder.ts'
import { load, loadYaml, problemsOf } from '../../support/load.ts'

t.test('reads filters for all hosts and for single hosts', async t => {
  const yaml = 'filter: { exclude: [db*, "image:*x", "label:a", "label:a=b*"] }\n' +
    'hosts: { a: { url: nas, filter: { include: [web] } }, b: { url: nas } }'
  const { filter, hosts } = await loadYaml(t, yaml)
  t.strictSame(filter, { include: [], exclude: ['db*', 'image:*x', 'label:a', 'label:a=b*'] })
  const expected = 'must be a name, image:<image>, label:<key> or label:<key>=<value>, where * matches any text, got'
  t.strictSame(hosts.map(({ filter }) => filter), [{ include: ['web'], exclude: [] }, undefined])
  for (const wrong of ['', 'image:', 'label:', 'label:=x', 'label:a=', 'names:x']) {
    const [problem] = await problemsOf(t, loadYaml(t, `filter: { include: [${JSON.stringify(wrong)}] }`))
    t.match(problem, `filter.include.0: ${expected} ${JSON.stringify(wrong)}`)
  }
})

t.test('accepts none for log.file', async t => {
  const fileOf = async (text: string) => (await load(t, { files: { 'dockstat.yaml': text } })).log.file
  t.equal(await fileOf('log: { file: none }'), null)
  t.match(await fileOf(''), /logs\/dockstat\.log$/)
})

t.test('reads where the service listens', async t => {
  const { listen } = await loadYaml(t, 'server: { socket: { path: /run/a.sock, mode: "0600" } }')
  t.strictSame(listen, { host: null, port: 7070, socket: { path: '/run/a.sock', mode: 0o600 }, tls: 'off' })
  const { listen: { socket } } = await loadYaml(t, 'server: { socket: { path: a.sock } }')
  t.match(socket, { path: /^\/.*\/a\.sock$/, mode: 0o660 })
  const yaml = `server: { socket: { path: /${'x'.repeat(107)}, mode: "999" }, tls: { cert: a } }`
  t.match(await problemsOf(t, loadYaml(t, yaml)), [
    /^dockstat.yaml:1:27: server.socket.path: must be a path that has at most 107 bytes with all its folders, got/,
    /^dockstat.yaml:1:143: server.socket.mode: must be an octal mode such as 0660, got "999"$/,
    /^dockstat.yaml:1:152: server.tls.key: is required$/
  ])
})

t.test('reads the certificate of the service, and says which file is wrong', async t => {
  const cwd = folder(t)
  const ca = await authority(t)
  const one = await ca.issue('one')
  const other = await ca.issue('other')
  copyFileSync(one.cert, join(cwd, 'cert.pem'))
  copyFileSync(one.key, join(cwd, 'key.pem'))
  copyFileSync(other.key, join(cwd, 'other.pem'))
  copyFileSync(ca.ca, join(cwd, 'ca.pem'))
  const loadTls = (tls: string) => {
    writeFileSync(join(cwd, 'dockstat.yaml'), `server:\n  tls: ${tls}\n`)
    return loadConfig({ env: {}, cwd })
  }
  const { listen, server, files } = await loadTls('{ cert: cert.pem, key: key.pem }')
  t.equal(listen.tls, 'on')
  t.match(server.tls, { cert: /BEGIN CERTIFICATE/, key: /PRIVATE KEY/ })
  t.strictSame(files.slice(2), [join(cwd, 'cert.pem'), join(cwd, 'key.pem')])
  const mutual = await loadTls('{ cert: cert.pem, key: key.pem, ca: ca.pem }')
  t.equal(mutual.listen.tls, 'with client certificates')
  t.strictSame(await problemsOf(t, loadTls('{ cert: cert.pem, key: other.pem }')),
    ['dockstat.yaml:2:31: server.tls.key: must be the private key of cert'])
  t.match(await problemsOf(t, loadTls('{ cert: key.pem, key: cert.pem, ca: none.pem }')), [
    'dockstat.yaml:2:16: server.tls.cert: must be a file with a certificate in PEM format',
    'dockstat.yaml:2:30: server.tls.key: must be a file with an unencrypted private key in PEM format',
    /^dockstat.yaml:2:44: server.tls.ca: cannot be read \(ENOENT/
  ])
})

const SHA = 'ab'.repeat(32)

t.test('reads tokens with scopes and hosts', async t => {
  const { auth: { tokens }, text } = await loadYaml(t, `
auth:
  tokens:
    - { name: prometheus, sha256: ${SHA}, scopes: [metrics] }
    - { name: guest, sha256: ${SHA.replaceAll('a', 'C')}, scopes: [stats, docs], hosts: [nas, pi-*] }
hosts:
  nas: { url: 10.0.0.1 }
`)
  t.match(tokens, [
    { name: 'prometheus', sha256: SHA, scopes: ['metrics'] },
    { name: 'guest', scopes: ['stats', 'docs'], hosts: ['nas', 'pi-*'] }
  ])
  t.notMatch(text, SHA)
})

t.test('reports tokens that would not do what they say', async t => {
  const problems = await problemsOf(t, loadYaml(t, `
auth:
  tokens:
    - { name: a, sha256: ${SHA}, scopes: [metrics] }
    - { name: a, sha256: ${SHA}, scopes: [config], hosts: [raspbery, missing, 'pi-*'] }
hosts:
  raspberry: { url: 10.0.0.1 }
`))
  t.strictSame(problems, [
    'dockstat.yaml:5:15: auth.tokens.1.name: is the name of another token, got "a"',
    'dockstat.yaml:5:26: auth.tokens.1.sha256: is the hash of another token',
    'dockstat.yaml:5:100: auth.tokens.1.scopes: cannot contain config if hosts is set, because the configuration ' +
      'names all hosts',
    'dockstat.yaml:5:118: auth.tokens.1.hosts.0: must be a host. Did you mean raspberry?, got "raspbery"',
    'dockstat.yaml:5:128: auth.tokens.1.hosts.1: must be a host or a pattern such as nas-*, got "missing"'
  ])
  t.match(await problemsOf(t, loadYaml(t, 'auth: { tokens: [{ name: a, sha256: secret, scopes: [], role: x }, 5] }')), [
    'dockstat.yaml:1:37: auth.tokens.0.sha256: must be 64 hexadecimal digits',
    'dockstat.yaml:1:53: auth.tokens.0.scopes: must be a list that is not empty',
    /^dockstat.yaml:1:57: auth.tokens.0.role: unknown key. Allowed: name, sha256, scopes, hosts$/,
    /^dockstat.yaml:1:68: auth.tokens.1: must be a map of keys to values/
  ])
  t.match(await problemsOf(t, loadYaml(t, `auth: { tokens: [{ name: a, sha256: ${SHA}, scopes: [stat] }] }`)),
    [/auth.tokens.0.scopes.0: must be one of stats, metrics, config, docs/])
})

t.test('reports an unknown key without a value, unless a user chose its name', async t => {
  const yaml = 'mintimout:\nlog: { size: }\nhosts: { a: { url: b, prt: } }\ncontainer: { web: { lnk: } }'
  t.match(await problemsOf(t, loadYaml(t, yaml)), [
    /^dockstat.yaml:1:1: mintimout: unknown key. Did you mean mintimeout\?/,
    /^dockstat.yaml:2:8: log.size: unknown key/,
    /^dockstat.yaml:3:23: hosts.a.prt: unknown key. Did you mean port\?/,
    /^dockstat.yaml:4:21: container.web.lnk: unknown key/
  ])
  const { tags, container } = await loadYaml(t, 'tags: { red: }\ncontainer: { web: }\nmintimeout: ~')
  t.strictSame([tags.size, container.size], [0, 0])
})
