import type { Transport } from './index.ts'

/** Plain TCP. */
export function tcp (address: string): Transport {
  return { origin: address.replace(/^tcp:/, 'http:'), connect: {} }
}
