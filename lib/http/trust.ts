import { BlockList, isIP, isIPv6 } from 'node:net'
import { memoize } from '../memoize.ts'
import { plainAddress } from './address.ts'

export const PROXY_EXPECTED = 'an address or network such as 10.0.0.2, 10.0.0.0/8 or fd00::/8, a list of them, ' +
  'true or false'

const familyOf = (address: string) => isIPv6(address) ? 'ipv6' : 'ipv4'

/** Whether this is an IP address, a CIDR network, `true` or `false`. */
export function isProxy (text: string): boolean {
  if (text === 'true' || text === 'false') return true
  const [, address = '', prefix = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  return isIP(address) !== 0 && Number(prefix) <= (isIPv6(address) ? 128 : 32)
}

function compile (proxies: readonly string[]): (address: string) => boolean {
  if (proxies.includes('true')) return () => true
  const list = new BlockList()
  for (const proxy of proxies.filter(proxy => proxy !== 'false')) {
    const [address = '', prefix] = proxy.split('/')
    if (prefix === undefined) list.addAddress(address, familyOf(address))
    else list.addSubnet(address, Number(prefix), familyOf(address))
  }
  return address => {
    const plain = plainAddress(address)
    return list.check(plain, familyOf(plain))
  }
}

/** Returns a predicate for addresses of trusted proxies, compiled once per list. */
export const trusts = memoize(compile)
