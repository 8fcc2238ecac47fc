/** An address as people know it: one of IPv4 that came in through a socket of IPv6 without what stands before it. */
export const plainAddress = (address: string | undefined): string =>
  address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? 'unknown'
