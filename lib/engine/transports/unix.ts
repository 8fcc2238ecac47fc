import { statSync } from 'node:fs'
import type { EngineEndpoint, Transport } from './transport.ts'

/** Why a path cannot be connected to, where it is something else than a socket; undefined where it is one, or none. */
function obstacleAt (path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found || found.isSocket()) return undefined
  if (!found.isDirectory()) return 'it is a file, not a socket'
  return 'it is a folder, not a socket: Docker makes one where a bind mount names a socket that does not exist; ' +
    'remove it, start the Engine, and create the container of this service again'
}

/** A unix socket; the origin only fills the Host header. */
export function unix ({ address }: EngineEndpoint): Transport {
  const socketPath = address.slice('unix://'.length)
  return {
    origin: 'http://localhost',
    connect: { socketPath },
    explain (cause) {
      const isRefusal = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
      const obstacle = isRefusal && obstacleAt(socketPath)
      return obstacle ? Object.assign(new Error(obstacle, { cause }), { code: 'ENOTSOCK' }) : cause
    }
  }
}
