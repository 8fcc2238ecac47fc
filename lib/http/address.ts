/** Strips the `::ffff:` prefix that IPv4 addresses have on an IPv6 socket. */
export const plainAddress = (address: string | undefined): string =>
  address?.replace(/^::ffff:(?=\d+\.)/i, '') ?? 'unknown'
