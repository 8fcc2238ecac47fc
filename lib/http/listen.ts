import { chmod, lstat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Config } from '../config/config.ts'
import { codeOf } from '../errors.ts'

/** Errors of listening on `::` if the system has no IPv6. */
const WITHOUT_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL', 'EINVAL'])

interface Listener {
  listen (options: { host: string, port: number } | { path: string }): Promise<string>
}

/** Whether nothing listens on a Unix socket. */
const isAbandoned = (path: string) => new Promise<boolean>(resolve => {
  const socket = connect(path, () => {
    socket.destroy()
    resolve(false)
  })
  socket.on('error', error => resolve(codeOf(error) === 'ECONNREFUSED'))
})

/** Removes the socket of a process that was killed, but no other file. */
async function removeAbandoned (path: string) {
  const isSocket = await lstat(path).then(stats => stats.isSocket(), () => false)
  if (isSocket && await isAbandoned(path)) await unlink(path)
}

/** Listens where the configuration says. `host` null means every address, including IPv6 if the system has it. */
export async function listen (server: Listener, { host, port, socket }: Omit<Config['listen'], 'tls'>): Promise<void> {
  if (socket) {
    await removeAbandoned(socket.path)
    await server.listen({ path: socket.path })
    return await chmod(socket.path, socket.mode)
  }
  try {
    await server.listen({ host: host ?? '::', port })
  } catch (error) {
    if (host !== null || !WITHOUT_IPV6.has(codeOf(error))) throw error
    await server.listen({ host: '0.0.0.0', port })
  }
}
