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
 * Selects the transport by the scheme of the address.
 * @param timeout for establishing a connection, milliseconds
 * @throws TypeError if no transport supports the scheme
 */
export function transportTo (endpoint: EngineEndpoint, timeout: number): Transport {
  const transport = transports.get(endpoint.address.replace(/:.*/, ''))
  if (!transport) throw new TypeError(`unsupported address ${endpoint.address}`)
  return transport(endpoint, timeout)
}
