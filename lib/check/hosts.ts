import pMap from 'p-map'
import type { Host } from '../config/hosts.ts'
import { EngineClient } from '../engine/client.ts'
import { orAfter } from '../engine/deadline.ts'
import type { EngineEndpoint } from '../engine/transports/transport.ts'
import { codeOf, EngineTimeout, messageOf } from '../errors.ts'
import { explain } from '../fleet/advice.ts'
import { monotonic } from '../model/time.ts'

/** Milliseconds for all calls to a host. */
const DEADLINE = 5000

/** Hosts that are asked at the same time: each takes a connection, or with ssh a process. */
const AT_ONCE = 100

interface Answer {
  /** Kind and version, such as `docker 28.5.2`. */
  engine: string
  apiVersion: string
  containers: number
}

export interface HostReport {
  name: string
  /** Without a user. */
  address: string
  ok: boolean
  /** Error code and explanation; null if the host is ok. */
  code: string | null
  error: string | null
  engine: string | null
  apiVersion: string | null
  containers: number | null
  milliseconds: number
}

async function answerOf (engine: EngineClient): Promise<Answer> {
  const { kind, version, apiVersion } = await engine.ping()
  const { length } = await engine.containers()
  return { engine: version === null ? kind : `${kind} ${version}`, apiVersion, containers: length }
}

async function ask (endpoint: EngineEndpoint, deadline: number): Promise<Answer> {
  const engine = new EngineClient(endpoint)
  try {
    const answer = await orAfter(deadline, answerOf(engine), null)
    if (answer) return answer
    throw new EngineTimeout(engine.address, 'GET /_ping, GET /containers/json', `no answer within ${deadline} ms`)
  } finally {
    await engine.close() // also ends calls that are late
  }
}

/** Removes the user of an address, which may contain a password, from a text; ssh quotes it in its messages. */
function withoutUser (text: string, address: string): string {
  const [, user = ''] = /^(?!unix:)[\w+.-]+:\/\/(.+@)/s.exec(address) ?? []
  return user === '' ? text : text.replaceAll(user, '')
}

async function checkHost ({ name, filter, ...endpoint }: Host, deadline: number): Promise<HostReport> {
  const { address } = endpoint
  const begun = monotonic()
  const host = { name, address: withoutUser(address, address) }
  const nothing = { engine: null, apiVersion: null, containers: null }
  try {
    const answer = await ask(endpoint, deadline)
    return { ...host, ok: true, code: null, error: null, ...answer, milliseconds: Math.round(monotonic() - begun) }
  } catch (error) {
    const code = codeOf(error)
    const explained = withoutUser(explain({ host: name, address, code, message: messageOf(error) }), address)
    return { ...host, ok: false, code, error: explained, ...nothing, milliseconds: Math.round(monotonic() - begun) }
  }
}

/** Asks every host what a first poll asks: who the Engine is, and which containers it has. */
export const checkHosts = (hosts: readonly Host[], deadline = DEADLINE): Promise<HostReport[]> =>
  pMap(hosts, host => checkHost(host, deadline), { concurrency: AT_ONCE })
