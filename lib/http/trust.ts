import proxyAddr from '@fastify/proxy-addr'
import { kept } from '../kept.ts'

export const PROXY_EXPECTED = 'an address or network such as 10.0.0.2, 10.0.0.0/8 or fd00::/8, a list of them, ' +
  'loopback, linklocal, uniquelocal, true or false'

const EVERYONE = ['0.0.0.0/0', '::/0']

const compile = (proxies: readonly string[]) => proxyAddr.compile(proxies
  .flatMap(proxy => proxy === 'true' ? EVERYONE : proxy === 'false' ? [] : [proxy]))

/** Whether these are proxies that can be trusted: addresses, networks, names of networks, `true`, `false`. */
export function areProxies (proxies: readonly string[]): boolean {
  try {
    return compile(proxies) !== null
  } catch {
    return false
  }
}

/**
 * Whether an address is one of the proxies that are trusted.
 * @returns a predicate, compiled once for the same list
 */
export const trusts = kept(compile)
