import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Any port works, because nothing is sent. */
const DISCARD = 9

export interface Target {
  /** The address without its zone, because URLs cannot contain the zone of a link-local IPv6 address. */
  origin: string
  /** The host with its zone, such as `fe80::1%eth0`; null if it has none. */
  zoned: string | null
}

/** Splits the zone from an address such as `https://[fe80::1%eth0]:2376`. */
export function targetOf (address: string): Target {
  const [, ip, zone] = /\[([^\]%]+)%([^\]]+)\]/.exec(address) ?? []
  if (ip === undefined) return { origin: address, zoned: null }
  return { origin: address.replace(`%${zone}`, ''), zoned: `${ip}%${zone}` }
}

/**
 * Rejects with the system's error if the zone does not exist. Uses a UDP connect, which sends nothing, because since
 * libuv 1.47 (Node.js 22) a TCP connect replaces an unknown zone with any interface that has a link-local address.
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
