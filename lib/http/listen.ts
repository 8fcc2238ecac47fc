import { chmod, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Config } from '../config/config.ts'
import { codeOf } from '../errors.ts'

/** Errors of listening on `::` if the system has no IPv6. */
const WITHOUT_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])

interface Listener {
  listen (options: { host: string, port: number } | { path: string }): Promise<string>
}

/** Whether a process listens on a Unix socket. A process that was killed leaves its socket behind. */
const isInUse = (path: string) => new Promise<boolean>(resolve => {
  const socket = connect(path, () => {
    socket.destroy()
    resolve(true)
  })
  socket.on('error', error => resolve(codeOf(error) !== 'ECONNREFUSED'))
})

async function listenOnSocket (server: Listener, { path, mode }: { path: string, mode: number }) {
  try {
    await server.listen({ path })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE' || await isInUse(path)) throw error
    await unlink(path)
    await server.listen({ path })
  }
  await chmod(path, mode)
}

/** Listens where the configuration says. `host` null means every address, including IPv6 if the system has it. */
export async function listen (server: Listener, { host, port, socket }: Omit<Config['listen'], 'tls'>): Promise<void> {
  if (socket) return await listenOnSocket(server, socket)
  try {
    await server.listen({ host: host ?? '::', port })
  } catch (error) {
    if (host !== null || !WITHOUT_IPV6.has(codeOf(error))) throw error
    await server.listen({ host: '0.0.0.0', port })
  }
}
