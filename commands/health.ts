import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { readEnvironment } from '../lib/config/environment.ts'
import { messageOf } from '../lib/errors.ts'

/** Milliseconds. */
const TIMEOUT = 3000

/** Characters of an unexpected response to print. */
const MAX_SHOWN = 200

/** The address to connect to if the service listens on all addresses. */
const LOOPBACK = new Map([['0.0.0.0', '127.0.0.1'], ['::', '::1']])

/** Returns the problem or null. Uses node:http because `fetch` refuses ports that browsers block, such as 6000. */
async function ask (host: string, port: number, signal: AbortSignal): Promise<string | null> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host, port, path: '/status', signal, agent: false }, resolve).on('error', reject)
  })
  const { statusCode } = response
  const body = await text(response)
  return statusCode === 200 && body === 'UP' ? null : `got ${statusCode} ${JSON.stringify(body.slice(0, MAX_SHOWN))}`
}

/** Requests `/status` from the service at HOST and PORT. Returns null if it is up, or else a one-line problem. */
export async function health (env: NodeJS.ProcessEnv, timeout = TIMEOUT): Promise<string | null> {
  const problems: string[] = []
  const environment = readEnvironment(env, problems)
  if (!environment) return problems.join('; ')
  const { HOST = '0.0.0.0', PORT } = environment
  const host = LOOPBACK.get(HOST) ?? HOST
  const signal = AbortSignal.timeout(timeout)
  const problem = await ask(host, PORT, signal).catch((error: unknown) =>
    signal.aborted ? `no answer within ${timeout} ms` : messageOf(error))
  if (problem === null) return null
  return `GET http://${host.includes(':') ? `[${host}]` : host}:${PORT}/status: expected 200 "UP", ${problem}`
}
