import { buildConnector } from '../undici.ts'
import type { EngineEndpoint, Transport } from './transport.ts'
import { checkZone, targetOf } from './zone.ts'

/** Plain TCP. */
export function tcp ({ address }: EngineEndpoint, timeout: number): Transport {
  const { origin, zoned } = targetOf(address.replace(/^tcp:/, 'http:'))
  if (zoned === null) return { origin, connect: {} }
  const connect = buildConnector({ timeout })
  return {
    origin,
    connect (options, callback) {
      checkZone(zoned).then(() => connect({ ...options, hostname: zoned }, callback), error => callback(error, null))
    }
  }
}
