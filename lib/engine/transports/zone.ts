/** Where to connect to. */
export interface Target {
  /** As a URL: that has no place for the zone of a link-local IPv6 address. */
  origin: string
  /** The host with its zone, such as `fe80::1%eth0`; null where it has none. */
  zoned: string | null
}

/** Takes the zone out of an address such as `https://[fe80::1%eth0]:2376`. */
export function targetOf (address: string): Target {
  const [, ip, zone] = /\[([^\]%]+)%([^\]]+)\]/.exec(address) ?? []
  if (ip === undefined) return { origin: address, zoned: null }
  return { origin: address.replace(`%${zone}`, ''), zoned: `${ip}%${zone}` }
}
