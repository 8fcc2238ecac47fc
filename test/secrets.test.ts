/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect } from 'node:tls'
import t from 'tap'
import { authority } from './support/certificates.ts'
import { folder } from './support/folder.ts'
import { MARK } from './support/secrets.ts'
import { start } from './support/start.ts'
import { until } from './support/until.ts'

/** Files in which a secret is in the wrong place, so that an error has to describe it. */
const INVALID = [
  `auth: { token: "${MARK} with spaces" }`,
  `auth: { token: [${MARK}] }`,
  `auth: { tokn: ${MARK} }`,
  `auth: ${MARK}`,
  `auth: { tokens: [{ name: a, sha256: ${MARK}, scopes: [stats] }] }`,
  `auth: { tokens: [{ name: a, token: ${MARK}, scopes: [stats] }] }`,
  `auth: { token: ${MARK}\n  ${MARK}`,
  `auth:\n  token: "${MARK}\\z"`,
  `auth: { token: !${MARK} a }`,
  'auth: { token: "${TOKEN} ${MISSING}" }',
  'auth: { token: "${MISSING:?unset}" }',
  `hosts: { a: { url: "tcp://user:${MARK}@10.0.0.1" } }`,
  `hosts: { a: { url: "ssh://user:${MARK}@10.0.0.1" } }`,
  'hosts: { a: { url: "https://user:${TOKEN}@10.0.0.1" } }',
  `server: { publicUrl: "https://user:${MARK}@a.example/" }`,
  `cors: { origin: "https://user:${MARK}@a.example" }`,
  'log: { logsize: "${TOKEN}" }',
  `notify: ${MARK}`,
  `notify: [{ name: a, url: "${MARK}", on: [die] }]`,
  `notify: [{ name: a, url: "discord://1/${MARK}/x", on: [die] }]`,
  'notify: [{ name: a, url: "${TOKEN}", on: [die] }]',
  `notify: [{ name: a, on: "https://a/${MARK}" }]`,
  'server: { tls: { cert: key.pem, key: cert.pem } }'
]

t.test('no output contains a secret', async t => {
  const cwd = folder(t)
  const ca = await authority(t)
  const { cert, key } = await ca.issue('server', { names: 'IP:127.0.0.1' })
  copyFileSync(cert, join(cwd, 'cert.pem'))
  copyFileSync(key, join(cwd, 'key.pem'))
  const yaml = `
auth: { token: "\${TOKEN}" }
server: { tls: { cert: cert.pem, key: key.pem } }
hosts:
  secure: { url: "https://127.0.0.1:1", tls: { cert: cert.pem, key: key.pem } }
notify: [{ name: a, url: "http://127.0.0.1:1/${MARK}", on: [host-down: { after: 0 }] }]
# ${MARK}
`
  const service = await start(t, { cwd, yaml, env: { TOKEN: MARK, LOG_LEVEL: 'trace' } })
  const { port } = service
  const options = { host: '127.0.0.1', port, ca: readFileSync(ca.ca), agent: false }
  const answers: string[] = []
  const ask = (path: string, authorization = MARK) => new Promise<string>((resolve, reject) => {
    https.get({ ...options, path, headers: { authorization } }, async response => {
      const answer = JSON.stringify(response.headers) + await text(response)
      answers.push(answer)
      resolve(answer)
    }).on('error', reject)
  })
  const paths = ['/stats', '/hosts', '/hosts/secure', '/containers', '/metrics', '/sd', '/config', '/openapi.json']
  for (const path of paths) await ask(path)
  const encoded = Buffer.from(`${MARK}:x`).toString('base64')
  for (const form of [`Bearer ${MARK}x`, `Basic ${MARK}`, `Basic ${encoded}`, `${MARK} x`]) await ask('/stats', form)
  await ask(`/stats?token=${MARK}`, 'wrong')
  for (const raw of [`GET / HTTP/1.1\r\nAuthorization: ${MARK}\r\n\u0001`, `GET /${' '} HTTP/9 ${MARK}\r\n\r\n`]) {
    const socket = connect(options, () => socket.end(raw))
    answers.push(await text(socket))
  }
  for (const [index, invalid] of INVALID.entries()) {
    const before = service.stdout().split('The new configuration is invalid').length
    writeFileSync(join(cwd, 'dockstat.yaml'), '\n'.repeat(index) + invalid) // so that no two report the same
    await until(() => service.stdout().split('The new configuration is invalid').length > before)
    await ask('/config')
  }
  const pem = readFileSync(key, 'utf8').split('\n')[1] ?? MARK
  for (const output of [...answers, service.stdout(), service.stderr(), service.logged()]) {
    for (const secret of [MARK, pem, encoded]) t.notOk(output.includes(secret), output.slice(0, 200))
  }
  t.ok(service.logged().includes('The new configuration is invalid'))
})
