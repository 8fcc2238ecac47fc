import type { buildConnector } from 'undici'
import { ssh } from './ssh.ts'
import { tcp } from './tcp.ts'
import { unix } from './unix.ts'

/** Where an Engine listens, and what it takes to get there. */
export interface EngineEndpoint {
  /** `unix:///path`, `tcp://host:port`, `http://host:port` or `ssh://user@host:port/path`. */
  address: string
}

/** How to reach an Engine: the origin that requests name, and what connections are made of. */
export interface Transport {
  origin: string
  connect: buildConnector.BuildOptions | buildConnector.connector
  /** The most connections for polls, where they are dear. */
  connections?: number
  /** Ends what connections leave behind. */
  close?: () => Promise<void>
}

const transports = new Map<string, (endpoint: EngineEndpoint) => Transport>([
  ['unix', unix],
  ['tcp', tcp],
  ['http', tcp],
  ['ssh', ssh]
])

/**
 * The transport to an endpoint.
 * @throws TypeError when its scheme has no transport
 */
export function transportTo (endpoint: EngineEndpoint): Transport {
  const transport = transports.get(endpoint.address.replace(/:.*/, ''))
  if (!transport) throw new TypeError(`no transport for ${endpoint.address}`)
  return transport(endpoint)
}
