import type { EngineEndpoint, Transport } from './index.ts'

/** A unix socket; the origin only fills the Host header. */
export function unix ({ address }: EngineEndpoint): Transport {
  return { origin: 'http://localhost', connect: { socketPath: address.slice('unix://'.length) } }
}
