import type { buildConnector } from 'undici'
import { tcp } from './tcp.ts'
import { unix } from './unix.ts'

/** How to reach an Engine: the origin that requests name, and what the connection is made of. */
export interface Transport {
  origin: string
  connect: buildConnector.BuildOptions
}

const transports: Record<string, (address: string) => Transport> = {
  unix,
  tcp,
  http: tcp
}

/**
 * The transport of an Engine's address.
 * @param address `unix:///path`, `tcp://host:port` or `http://host:port`
 * @throws TypeError when its scheme has no transport
 */
export function transportOf (address: string): Transport {
  const transport = transports[address.split('://', 1)[0] ?? '']
  if (!transport) throw new TypeError(`no transport for ${address}`)
  return transport(address)
}
