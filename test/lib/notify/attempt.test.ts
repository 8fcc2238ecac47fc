import { createServer } from 'node:net'
import t, { type Test } from 'tap'
import { attempt } from '../../../lib/notify/attempt.ts'
import type { PostOptions } from '../../../lib/notify/post.ts'
import { freePort } from '../../support/free-port.ts'
import { message, targetOf } from '../../support/messages.ts'
import { json, startReceiver, startSecureReceiver } from '../../support/receiver.ts'
import { MARK } from '../../support/secrets.ts'

const DISCORD = `discord://123456789/${MARK}`

function send (url: string, options: PostOptions = {}) {
  const target = targetOf(url)
  return attempt(target, message(target), url, options)
}

const waitOf = (sending: Promise<unknown>) => sending.then(() => null, ({ wait }) => wait)

t.test('says how a target refused, and whether it might accept later', async t => {
  const receiver = await startReceiver(t)
  const cases = [
    [301, true], [400, true], [401, true], [404, true], [408, false], [425, false], [429, false], [500, false],
    [503, false]
  ] as const
  for (const [status, isFinal] of cases) {
    receiver.answer = response => response.writeHead(status, { location: '/other' }).end('no\n\u0007way')
    await t.rejects(send(`http://127.0.0.1:${receiver.port}/a`), {
      message: `webhook answered ${status}: no`, isFinal, wait: 0
    })
  }
  t.equal(receiver.received.length, cases.length, 'redirects are not followed')
  receiver.answer = response => response.writeHead(500).end()
  await t.rejects(send(`http://127.0.0.1:${receiver.port}/a`), { message: 'webhook answered 500' })
})

t.test('waits as long as the target asks to, within limits', async t => {
  const receiver = await startReceiver(t)
  const url = `http://127.0.0.1:${receiver.port}/a`
  const cases = [['7', 7], ['100000', 300], ['-1', 0], ['soon', 0], ['Thu, 01 Jan 1970 00:00:00 GMT', 0]] as const
  for (const [value, wait] of cases) {
    receiver.answer = json(503, {}, { 'retry-after': value })
    t.equal(await waitOf(send(url)), wait, value)
  }
  receiver.answer = json(429, {}, { 'retry-after': new Date(Date.now() + 86_400_000).toUTCString() })
  t.equal(await waitOf(send(url)), 300)
  const discord = await startSecureReceiver(t, 'discord.com', json(429, { retry_after: 1.5, global: false }))
  t.equal(await waitOf(send(DISCORD, { route: discord.route })), 1.5)
})

t.test('shows at most one line of an answer, without secrets', async t => {
  const receiver = await startSecureReceiver(t, 'discord.com')
  receiver.answer = (response, { path }) => response.writeHead(404).end(`no ${path} ${MARK} \t${'x'.repeat(50_000)}`)
  const problem = await send(DISCORD, { route: receiver.route }).then(String, ({ message }) => message)
  t.match(problem, /^discord answered 404: no \/api\/webhooks\/\*{12} \*{6} {2}x+$/)
  t.ok(problem.length < 250)
  t.notMatch(problem, MARK)
})

t.test('says why a target cannot be reached', async t => {
  const port = await freePort()
  await t.rejects(send(`ntfy+http://${MARK}@127.0.0.1:${port}/a`), {
    message: `ntfy cannot be reached: connect ECONNREFUSED 127.0.0.1:${port}`, isFinal: false, wait: 0
  })
})

/** Starts a server that accepts connections and never answers. */
async function startDeaf (t: Test) {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  server.on('connection', socket => t.teardown(() => socket.destroy()))
  t.teardown(() => { server.close() })
  return (server.address() as { port: number }).port
}

t.test('gives up on a target that does not answer, or not completely', async t => {
  const url = `http://127.0.0.1:${await startDeaf(t)}/`
  await t.rejects(send(url, { timeout: 50 }), { message: /^webhook cannot be reached: no response within 50 ms/ })
  const receiver = await startReceiver(t, response => response.writeHead(200).write('{'))
  await t.rejects(send(`http://127.0.0.1:${receiver.port}/`, { timeout: 50 }), { message: /cannot be reached/ })
})

t.test('reads only the beginning of an endless answer', async t => {
  const receiver = await startReceiver(t, response => {
    response.writeHead(200)
    const more = () => {
      while (response.write('x'.repeat(65_536)));
      response.once('drain', more)
    }
    more()
  })
  const { status, body } = await send(`http://127.0.0.1:${receiver.port}/`)
  t.equal(status, 200)
  t.ok(body.length < 200_000, `${body.length}`)
})

t.test('ends with its signal', async t => {
  const url = `http://127.0.0.1:${await startDeaf(t)}/`
  const controller = new AbortController()
  const sending = send(url, { signal: controller.signal })
  controller.abort(new Error('over'))
  await t.rejects(sending, { message: 'webhook cannot be reached: over' })
})
