import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Any port will do: nothing is sent to it. */
const DISCARD = 9

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

/**
 * Checks that the zone of an address exists, by a UDP connect, which sends nothing. A TCP connect does not tell: since
 * libuv 1.47 (Node.js 22 and later) it takes any interface with a link-local address in place of an unknown one.
 * @param zoned the host with its zone; nothing is checked without one
 * @throws what the system says of an address that it has no way to
 */
export async function checkZone (zoned: string | null): Promise<void> {
  if (zoned === null) return
  const socket = createSocket('udp6')
  try {
    socket.connect(DISCARD, zoned)
    await once(socket, 'connect')
  } finally {
    socket.close()
  }
}
