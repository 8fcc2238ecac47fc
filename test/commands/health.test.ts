import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { health } from '../../commands/health.ts'
import { start } from '../support/start.ts'

const SERVER = join(import.meta.dirname, '../../server.ts')

const hasIPv6 = Object.values(networkInterfaces()).flat().some(found => found?.address === '::1')
const noIPv6 = hasIPv6 ? false : 'there is no IPv6 here'

/** Starts a server and resolves to its port. */
async function listen (t: Test, host: string, answer: RequestListener, port = 0): Promise<number> {
  const server = createServer(answer).listen(port, host)
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

const isUp: RequestListener = ({ url }, response) => response.end(url === '/status' ? 'UP' : 'another path')

const check = (env: NodeJS.ProcessEnv, timeout?: number) => health({ env, cwd: tmpdir() }, timeout)

/** Runs `server.ts health`. */
async function run (env: NodeJS.ProcessEnv, args: string[] = []) {
  const command = [...process.execArgv, SERVER, 'health', ...args]
  const result = promisify(execFile)(process.execPath, command, { env: { PATH: process.env.PATH, ...env } })
  return await result.then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }), error => error)
}

t.test('exits with 0 and prints nothing if the service is up', async t => {
  const { port } = await start(t)
  t.match(await run({ HOST: '127.0.0.1', PORT: String(port) }), { code: 0, stdout: '', stderr: '' })
})

t.test('exits with 1 and prints one line if nothing listens', async t => {
  const { code, stderr } = await run({ HOST: '127.0.0.1', PORT: '1' })
  t.equal(code, 1)
  t.equal(stderr, 'GET /status from 127.0.0.1:1: expected 200 "UP", connect ECONNREFUSED 127.0.0.1:1\n')
})

t.test('rejects options and arguments', async t => {
  for (const argument of ['--file=x', 'more']) {
    const { code, stderr } = await run({}, [argument])
    t.equal(code, 1)
    t.match(stderr, /\nUsage: dockstat /)
  }
})

for (const [HOST, listening] of [
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.2', '127.0.0.2'],
  ['localhost', 'localhost'],
  ['::1', '::1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '::1'],
  ['', '127.0.0.1']
] as const) {
  const skip = listening === '::1' && noIPv6
  t.test(`connects to ${listening} if HOST is ${HOST || 'not set'}`, { skip }, async t => {
    const port = await listen(t, listening, isUp)
    t.equal(await check({ HOST, PORT: String(port) }), null)
  })
}

for (const port of [6000, 10080]) {
  t.test(`connects to port ${port}, which fetch refuses`, async t => {
    await listen(t, '127.0.0.1', isUp, port)
    t.equal(await check({ HOST: '127.0.0.1', PORT: String(port) }), null)
  })
}

t.test('connects to port 7070 unless PORT is set', async t => {
  const problem = await check({ HOST: '127.0.0.3' })
  t.match(problem, 'GET /status from 127.0.0.3:7070: ')
})

t.test('prints a response other than 200 with UP', { skip: noIPv6 }, async t => {
  let statusCode = 500
  const port = await listen(t, '::1', (_, response) => response.writeHead(statusCode).end('a\nfault'.repeat(99)))
  const env = { HOST: '::1', PORT: String(port) }
  t.match(await check(env), `GET /status from [::1]:${port}: expected 200 "UP", got 500 "a\\nfaulta\\n`)
  statusCode = 200
  t.match(await check(env), 'expected 200 "UP", got 200 "a\\nfault')
})

t.test('reports a missing or incomplete response after the timeout', async t => {
  const port = await listen(t, '127.0.0.1', (_, response) => response.write('U'))
  const silent = await listen(t, '127.0.0.1', () => {})
  for (const PORT of [port, silent].map(String)) {
    const problem = await check({ HOST: '127.0.0.1', PORT }, 100)
    t.match(problem, `:${PORT}: expected 200 "UP", no answer within 100 ms`)
  }
})

t.test('reports variables that the service would reject', async t => {
  t.match(await check({ PORT: 'http' }), 'PORT: must be an integer from 0 to 65535, got "http"')
})
