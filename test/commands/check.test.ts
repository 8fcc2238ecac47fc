import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { check } from '../../commands/check.ts'
import { authority } from '../support/certificates.ts'
import { startFakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { freePort } from '../support/free-port.ts'
import { launch } from '../support/start.ts'

const SECRET = 'a-token-of-21-letters'

interface Given {
  yaml: string
  env?: NodeJS.ProcessEnv
}

/** Checks a configuration; the report as an object and as text. */
async function run (t: Test, { yaml, env = { SECRET } }: Given) {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
  const source = { env, cwd }
  const [json, text] = [await check({ ...source, isJson: true }), await check({ ...source, isJson: false })]
  t.equal(json.ok, text.ok)
  t.notMatch(json.text + text.text, SECRET)
  return { ok: json.ok, report: JSON.parse(json.text), text: text.text }
}

t.test('is ok if all hosts answer', async t => {
  const engine = await startFakeEngine(t)
  const { ok, report, text } = await run(t, { yaml: `hosts:\n  nas:\n    url: ${engine.address}\n` })
  t.equal(ok, true)
  t.match(report, { ok, file: 'dockstat.yaml', tokenFrom: 'SECRET', problems: [], warnings: [], certificates: [] })
  t.match(report.hosts, [{ name: 'nas', ok: true, containers: 0 }])
  t.match(text, '\nOK (errors: 0, warnings: 0)\n')
})

t.test('stays ok if there are only warnings', async t => {
  const engine = await startFakeEngine(t)
  const { ok, report, text } = await run(t, { yaml: `hosts:\n  nas:\n    url: ${engine.address}\n`, env: {} })
  t.equal(ok, true)
  t.match(report, { ok, tokenFrom: null, warnings: [/another token/] })
  t.match(text, '\nOK (errors: 0, warnings: 1)\n')
})

t.test('fails if a host does not answer', async t => {
  const engine = await startFakeEngine(t)
  const yaml = `hosts:\n  up:\n    url: ${engine.address}\n  down:\n    url: 127.0.0.1:${await freePort()}\n`
  const { ok, report, text } = await run(t, { yaml })
  t.equal(ok, false)
  t.match(report, { ok, problems: [], hosts: [{ name: 'up', ok: true }, { name: 'down', code: 'ENGINE_REFUSED' }] })
  t.match(text, '\nFailed (errors: 1, warnings: 0)\n')
})

t.test('fails if the server of a cluster does not answer', async t => {
  const engine = await startFakeEngine(t)
  const server = `127.0.0.1:${await freePort()}`
  const yaml = `hosts:\n  nas:\n    url: ${engine.address}\ncluster:\n  url: redis://${server}\n`
  const { ok, report, text } = await run(t, { yaml })
  t.equal(ok, false)
  t.match(report, { ok, hosts: [{ ok: true }], cluster: { address: server, ok: false } })
  t.equal(report.problems.length, 1)
  t.match(text, `\nerror  ${server}  `)
  t.match(text, `\ncluster.url: ${server}: `)
})

t.test('fails if a certificate has expired', async t => {
  const { ca, issue } = await authority(t, 100)
  const { cert, key } = await issue('client', { days: -1 })
  const tls = JSON.stringify({ ca, cert, key })
  const { ok, report, text } = await run(t, { yaml: `hosts:\n  db:\n    url: 127.0.0.1:1\n    tls: ${tls}\n` })
  t.equal(ok, false)
  t.match(report.problems, [/^hosts\.db\.tls\.cert: .* expired on /])
  t.match(report.certificates, [{ what: 'hosts.db.tls.ca', ok: true }, { what: 'hosts.db.tls.cert', ok: false }])
  t.match(text, report.problems[0])
})

t.test('reports all problems of an invalid configuration with their lines, and asks no host', async t => {
  const engine = await startFakeEngine(t)
  const yaml = `mintimeout: soon\nauth:\n  token: ${SECRET} x\nhosts:\n  nas:\n    url: ${engine.address}\nhots: {}\n`
  const { ok, report, text } = await run(t, { yaml, env: { PORT: 'x' } })
  t.equal(ok, false)
  t.match(report, { ok, file: 'dockstat.yaml', tokenFrom: null, warnings: [], hosts: [], certificates: [] })
  t.match(report.problems, [
    /^dockstat\.yaml:1:13: mintimeout: must be an integer /,
    /^dockstat\.yaml:3:10: auth\.token: must be /,
    /^dockstat\.yaml:7:1: hots: unknown key\. Did you mean hosts\?/,
    /^PORT: /
  ])
  t.match(text, `\n${report.problems.join('\n')}\n`)
  t.strictSame(engine.requests, [])
})

t.test('runs as a command, with an exit code for scripts', async t => {
  const engine = await startFakeEngine(t)
  const cwd = folder(t)
  writeFileSync(join(cwd, 'mine.yaml'), `hosts:\n  nas:\n    url: ${engine.address}\n`)
  const good = launch(t, { cwd, args: ['check', '--config', 'mine.yaml', '--json'], env: { SECRET } })
  t.equal(await good.ended, 0)
  t.equal(good.stderr(), '')
  t.match(JSON.parse(good.stdout()), { ok: true, file: 'mine.yaml', hosts: [{ name: 'nas', ok: true }] })
  const bad = launch(t, { cwd, args: ['check'] })
  t.equal(await bad.ended, 1)
  t.equal(bad.stderr(), '')
  t.match(bad.stdout(), /^Configuration: no file, only defaults\n.*\nerror {2}local {2}.*\nFailed /s)
})

t.test('looks at the certificate of the service', async t => {
  const engine = await startFakeEngine(t)
  const { issue } = await authority(t, 100)
  const tls = JSON.stringify(await issue('service', { days: 3 }))
  const yaml = `server: { tls: ${tls} }\nhosts:\n  nas:\n    url: ${engine.address}\n`
  const { report } = await run(t, { yaml })
  const warnings = [/server.tls.cert: .* expires on/]
  t.match(report, { ok: true, certificates: [{ what: 'server.tls.cert' }], warnings })
})
