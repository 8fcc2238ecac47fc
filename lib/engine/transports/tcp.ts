import type { EngineEndpoint, Transport } from './index.ts'

/** Plain TCP. */
export function tcp ({ address }: EngineEndpoint): Transport {
  return { origin: address.replace(/^tcp:/, 'http:'), connect: {} }
}
