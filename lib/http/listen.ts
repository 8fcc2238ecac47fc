import { codeOf } from '../errors.ts'

/** Errors of listening on `::` if the system has no IPv6. */
const WITHOUT_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])

interface Listener {
  listen (options: { host: string, port: number }): Promise<string>
}

/** Listens on `host`; null means every address, including IPv6 if the system has it. */
export async function listen (server: Listener, { host, port }: { host: string | null, port: number }): Promise<void> {
  try {
    await server.listen({ host: host ?? '::', port })
  } catch (error) {
    if (host !== null || !WITHOUT_IPV6.has(codeOf(error))) throw error
    await server.listen({ host: '0.0.0.0', port })
  }
}
