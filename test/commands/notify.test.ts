import t, { type Test } from 'tap'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { testNotification } from '../../commands/notify.ts'
import type { PostOptions } from '../../lib/notify/post.ts'
import { folder } from '../support/folder.ts'
import { json, startReceiver, startSecureReceiver } from '../support/receiver.ts'
import { MARK } from '../support/secrets.ts'
import { launch } from '../support/start.ts'

function run (t: Test, yaml: string, name: string, post?: PostOptions) {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
  return testNotification({ name, cwd, env: {}, ...post && { post } })
}

const ruleTo = (url: string) => `notify: [{ name: ops, url: "${url}", on: [die], template: "{{rule}}: {{event}}" }]\n`

t.test('sends one message with the target and template of the rule', async t => {
  const receiver = await startReceiver(t)
  const outcome = await run(t, ruleTo(`ntfy+http://${MARK}@127.0.0.1:${receiver.port}/alerts`), 'ops')
  t.strictSame(outcome, { ok: true, text: 'Sent: ntfy answered 200\n' })
  t.match(receiver.received.map(({ body }) => JSON.parse(body)), [
    { topic: 'alerts', title: 'Test of the rule ops', message: 'ops: test' }
  ])
})

t.test('says why the target did not take it, without secrets', async t => {
  const receiver = await startSecureReceiver(t, 'api.telegram.org')
  receiver.answer = (response, { path }) => json(401, { ok: false, description: `Unauthorized ${path}` })(response, {
    method: '', path, headers: {}, body: ''
  })
  const yaml = ruleTo(`telegram://123456:${MARK}@telegram?chat=1`)
  const { ok, text } = await run(t, yaml, 'ops', { route: receiver.route })
  t.notOk(ok)
  t.match(text, /^Failed: telegram answered 401: .*Unauthorized \/bot\*{6}:\*{6}\/sendMessage/)
  t.notMatch(text, MARK)
  t.equal(receiver.received.length, 1, 'one attempt')
})

t.test('names the rules if there is no such rule', async t => {
  const yaml = ruleTo('https://a')
  const near = 'There is no rule ops1. Did you mean ops? Rules: ops\n'
  t.match(await run(t, yaml, 'ops1'), { ok: false, text: near })
  t.match(await run(t, yaml, 'phone'), { ok: false, text: 'There is no rule phone. Rules: ops\n' })
  t.match(await run(t, '', 'ops'), { ok: false, text: /^The configuration has no rules/ })
})

t.test('reports an invalid configuration', async t => {
  const { ok, text } = await run(t, ruleTo(MARK), 'ops')
  t.notOk(ok)
  t.equal(text, 'dockstat.yaml:1:28: notify.0.url: must be a URL\n')
})

t.test('runs as a command', async t => {
  const receiver = await startReceiver(t)
  const yaml = ruleTo(`http://127.0.0.1:${receiver.port}/${MARK}`)
  const sent = launch(t, { args: ['notify', 'test', 'ops'], yaml })
  t.equal(await sent.ended, 0)
  t.equal(sent.stdout(), 'Sent: webhook answered 200\n')
  receiver.answer = response => response.writeHead(500).end(MARK)
  const failed = launch(t, { args: ['notify', 'test', 'ops'], yaml })
  t.equal(await failed.ended, 1)
  t.equal(failed.stdout(), 'Failed: webhook answered 500: ******\n')
  for (const args of [['notify'], ['notify', 'test'], ['notify', 'send', 'ops']]) {
    const wrong = launch(t, { args })
    t.equal(await wrong.ended, 1)
    t.match(wrong.stderr(), /^Expected: notify test NAME\nUsage: /)
  }
})

t.test('verifies certificates as the process is told to', async t => {
  const receiver = await startSecureReceiver(t, 'localhost')
  const ca = join(folder(t), 'ca.pem')
  writeFileSync(ca, String(receiver.route.ca))
  const yaml = ruleTo(`gotify://localhost:${receiver.port}/${MARK}`)
  const untrusted = launch(t, { args: ['notify', 'test', 'ops'], yaml })
  t.equal(await untrusted.ended, 1)
  t.match(untrusted.stdout(), /^Failed: gotify cannot be reached: unable to verify/)
  const trusted = launch(t, { args: ['notify', 'test', 'ops'], yaml, env: { NODE_EXTRA_CA_CERTS: ca } })
  t.equal(await trusted.ended, 0)
})
