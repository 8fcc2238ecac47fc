import { codeOf } from '../errors.ts'

/** What listening on `::` fails with where the system has no IPv6. */
const WITHOUT_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])

/** Something that can listen, as Fastify's instances do. */
interface Listener {
  listen (options: { host: string, port: number }): Promise<string>
}

/**
 * Listens on an address.
 * @param host null means every address, those of IPv6 too where the system has it
 * @throws what the system says
 */
export async function listen (server: Listener, { host, port }: { host: string | null, port: number }): Promise<void> {
  try {
    await server.listen({ host: host ?? '::', port })
  } catch (error) {
    if (host !== null || !WITHOUT_IPV6.has(codeOf(error))) throw error
    await server.listen({ host: '0.0.0.0', port })
  }
}
