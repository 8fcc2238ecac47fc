import { ssh } from './ssh.ts'
import { tcp } from './tcp.ts'
import { tls } from './tls.ts'
import type { EngineEndpoint, Transport } from './transport.ts'
import { unix } from './unix.ts'

const transports = new Map<string, (endpoint: EngineEndpoint, timeout: number) => Transport>([
  ['unix', unix],
  ['tcp', tcp],
  ['http', tcp],
  ['ssh', ssh],
  ['https', tls]
])

/**
 * The transport to an endpoint.
 * @param timeout until a connection stands, milliseconds
 * @throws TypeError when its scheme has no transport
 */
export function transportTo (endpoint: EngineEndpoint, timeout: number): Transport {
  const transport = transports.get(endpoint.address.replace(/:.*/, ''))
  if (!transport) throw new TypeError(`no transport for ${endpoint.address}`)
  return transport(endpoint, timeout)
}
