import t from 'tap'
import { textOf, type Report } from '../../../lib/check/report.ts'

const up = { ok: true, code: null, error: null, engine: 'docker 28.5.2', apiVersion: '1.51', milliseconds: 8 }
const down = { ok: false, engine: null, apiVersion: null, containers: null, milliseconds: 5000 }
const report: Report = {
  ok: false,
  file: 'dockstat.yaml',
  tokenFrom: 'SECRET_FILE',
  problems: ['hosts.db.tls.cert: /certs/cert.pem: expired on 2026-11-01; renew it'],
  warnings: ['SKIP_AUTH: requests need no token'],
  hosts: [
    { name: 'nas', address: 'tcp://nas.lan:2375', ...up, containers: 12 },
    { name: 'web-server', address: 'ssh://web', ...down, code: 'ENGINE_SSH', error: 'no \x1b[31mroute\nto host.' },
    { name: 'db', address: 'https://db.lan:2376', ...up, containers: 7 }
  ],
  cluster: { address: 'valkey.lan:6379', ok: true, milliseconds: 3 },
  certificates: [
    { what: 'a', file: '/certs/cert.pem', subject: 'CN=x', validTo: '2026-11-01T10:00:00Z', daysLeft: -3, ok: false },
    { what: 'b', file: '/certs/ca.pem', subject: 'CN=ca', validTo: '2036-11-01T10:00:00Z', daysLeft: 365, ok: true },
    { what: 'c', file: '/certs/none.pem', subject: null, validTo: null, daysLeft: null, ok: false }
  ]
}

t.test('aligns hosts and certificates in columns', async t => {
  t.equal(textOf(report), `Configuration: dockstat.yaml
Token: SECRET_FILE

       HOST        ADDRESS              ENGINE         API   CONTAINERS  MS
ok     nas         tcp://nas.lan:2375   docker 28.5.2  1.51  12          8
error  web-server  ssh://web            ENGINE_SSH: no  [31mroute to host.
ok     db          https://db.lan:2376  docker 28.5.2  1.51  7           8

    CLUSTER          MS
ok  valkey.lan:6379  3

       CERTIFICATE      EXPIRES     DAYS  SUBJECT
error  /certs/cert.pem  2026-11-01  -3    CN=x
ok     /certs/ca.pem    2036-11-01  365   CN=ca
error  /certs/none.pem  –

hosts.db.tls.cert: /certs/cert.pem: expired on 2026-11-01; renew it
warning: SKIP_AUTH: requests need no token
Failed (errors: 2, warnings: 1)
`)
})

t.test('leaves out what there is nothing to say about', async t => {
  const hosts = report.hosts.slice(0, 1)
  const nothing = { file: null, tokenFrom: null, problems: [], warnings: [], cluster: null, certificates: [] }
  const good = { ...report, ok: true, ...nothing, hosts }
  t.equal(textOf(good), `Configuration: no file, only defaults
Token: none

    HOST  ADDRESS             ENGINE         API   CONTAINERS  MS
ok  nas   tcp://nas.lan:2375  docker 28.5.2  1.51  12          8

OK (errors: 0, warnings: 0)
`)
})

t.test('takes one line for each of 100 hosts', async t => {
  const hosts = Array.from({ length: 100 }, (_, index) =>
    ({ name: `host-${index}`, address: `tcp://10.0.0.${index}:2375`, ...up, containers: index }))
  const lines = textOf({ ...report, hosts, cluster: null, certificates: [] }).split('\n')
  const starts = new Set(lines.filter(line => line.startsWith('ok')).map(line => line.indexOf('docker')))
  t.equal(starts.size, 1)
  t.equal(lines.filter(line => line.includes('host-')).length, 100)
})
