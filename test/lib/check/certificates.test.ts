import { X509Certificate } from 'node:crypto'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { certificateFiles, checkCertificates } from '../../../lib/check/certificates.ts'
import type { TlsSettings } from '../../../lib/engine/transports/certificates.ts'
import { authority } from '../../support/certificates.ts'

/** Checks the certificates of one or more endpoints. */
async function check (...endpoints: TlsSettings[]) {
  const found = { problems: [], warnings: [] }
  const files = endpoints.flatMap((tls, index) => certificateFiles(`hosts.h${index}.tls`, tls))
  return { certificates: await checkCertificates(files, found), ...found }
}

t.test('reports subject and expiry of valid certificates', async t => {
  const { ca, dir, issue } = await authority(t, 100)
  const files = await issue('client', { days: 50 })
  const { certificates, problems, warnings } = await check({ ca, ...files })
  t.strictSame([problems, warnings], [[], []])
  const { validTo } = new X509Certificate(readFileSync(files.cert))
  t.strictSame(certificates, [
    {
      what: 'hosts.h0.tls.ca',
      file: ca,
      subject: `CN=authority of ${basename(dir)}`,
      validTo: certificates[0]?.validTo,
      daysLeft: 99,
      ok: true
    },
    {
      what: 'hosts.h0.tls.cert',
      file: files.cert,
      subject: 'CN=client',
      validTo: new Date(validTo).toISOString(),
      daysLeft: 49,
      ok: true
    }
  ])
})

t.test('warns 30 days before a certificate expires, and reports an expired one', async t => {
  const { issue } = await authority(t, 100)
  const soon = await issue('soon', { days: 29 })
  const late = await issue('late', { days: -1 })
  const { certificates, problems, warnings } = await check(soon, late)
  t.match(certificates, [{ ok: true, daysLeft: 28 }, { ok: false, daysLeft: -2 }])
  t.match(warnings, [/^hosts\.h0\.tls\.cert: \S+soon\.pem: expires on \d{4}-\d\d-\d\d, in 28 days; renew it$/])
  t.match(problems, [/^hosts\.h1\.tls\.cert: \S+late\.pem: expired on \d{4}-\d\d-\d\d; renew it$/])
})

t.test('counts the last authority in a file, but the first certificate that expires in a chain', async t => {
  const { issue } = await authority(t, 100)
  const [old, good] = [await issue('old', { days: -1 }), await issue('good', { days: 60 })]
  const both = readFileSync(good.cert, 'utf8') + readFileSync(old.cert, 'utf8')
  writeFileSync(good.cert, both)
  const { certificates } = await check({ ca: good.cert }, good)
  t.match(certificates, [{ ok: true, subject: 'CN=good' }, { ok: false, subject: 'CN=old' }])
})

t.test('reports a private key of another certificate, and one that cannot be read', async t => {
  const { issue } = await authority(t, 100)
  const [one, two] = [await issue('one', { days: 60 }), await issue('two', { days: 60 })]
  writeFileSync(two.key, 'no key')
  const { certificates, problems } = await check({ cert: one.cert, key: (await issue('three')).key }, two)
  t.match(certificates, [{ ok: false, subject: 'CN=one' }, { ok: false, subject: 'CN=two' }])
  t.match(problems, [
    /^hosts\.h0\.tls\.cert: .*one\.pem: the private key in \S+three-key\.pem does not belong to this certificate$/,
    /^hosts\.h1\.tls\.cert: .*two\.pem: the private key in \S+two-key\.pem cannot be used \(.+\)$/
  ])
})

t.test('warns about a private key that other users can read', async t => {
  const files = await (await authority(t, 100)).issue('client', { days: 60 })
  chmodSync(files.key, 0o640)
  const { certificates, problems, warnings } = await check(files)
  t.match([certificates, problems], [[{ ok: true }], []])
  t.strictSame(warnings, [
    `hosts.h0.tls.cert: ${files.cert}: other users can access the private key: chmod 600 ${files.key}`
  ])
})

t.test('reports files that are missing, or contain no valid certificate', async t => {
  const { dir, ca } = await authority(t)
  const [empty, broken] = [join(dir, 'empty.pem'), join(dir, 'broken.pem')]
  writeFileSync(empty, 'no PEM')
  writeFileSync(broken, readFileSync(ca, 'utf8').replace(/\n\w{20}/, '\n'))
  const { certificates, problems } = await check({ ca: join(dir, 'none.pem') }, { ca: empty }, { ca: broken })
  for (const certificate of certificates) {
    t.match(certificate, { subject: null, validTo: null, daysLeft: null, ok: false })
  }
  t.match(problems, [
    /^hosts\.h0\.tls\.ca: \S+none\.pem: cannot be used \(ENOENT.*\)$/,
    /^hosts\.h1\.tls\.ca: \S+empty\.pem: cannot be used \(it contains no PEM certificate\)$/,
    /^hosts\.h2\.tls\.ca: \S+broken\.pem: cannot be used \(.+\)$/
  ])
})

t.test('finds the files of a folder, which may lack some', async t => {
  const { dir, ca, issue } = await authority(t, 100)
  const files = await issue('client', { days: 60 })
  const [path, none] = [join(dir, 'folder'), join(dir, 'none')]
  mkdirSync(path)
  copyFileSync(ca, join(path, 'ca.pem'))
  t.match((await check({ path }, { path: none }, {})).certificates, [{ what: 'hosts.h0.tls.path', ok: true }])
  copyFileSync(files.cert, join(path, 'cert.pem'))
  copyFileSync(files.key, join(path, 'key.pem'))
  const { certificates, problems } = await check({ path })
  t.strictSame(problems, [])
  t.match(certificates, [{ file: join(path, 'ca.pem') }, { what: 'hosts.h0.tls.path', file: join(path, 'cert.pem') }])
})

t.test('reports files that many hosts share once', async t => {
  const { ca } = await authority(t, 20)
  const { certificates, warnings } = await check({ ca }, { ca }, { ca })
  t.match(certificates, [{ what: 'hosts.h0.tls.ca and 2 more' }])
  t.match(warnings, [/^hosts\.h0\.tls\.ca and 2 more: /])
})

t.test('names a certificate without a subject by its alternative names', async t => {
  const { issue } = await authority(t, 100)
  const files = await issue('client', { days: 60, subject: '/', names: 'DNS:nas,DNS:nas.lan' })
  t.match((await check(files)).certificates, [{ ok: true, subject: 'DNS:nas, DNS:nas.lan' }])
  const organised = await issue('other', { days: 60, subject: '/O=Home/CN=nas' })
  t.match((await check(organised)).certificates, [{ ok: true, subject: 'O=Home, CN=nas' }])
})
