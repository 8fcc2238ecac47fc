import { statSync } from 'node:fs'
import type { EngineEndpoint, Transport } from './transport.ts'

/** What the path is if it is not a socket; undefined if it is one or does not exist. */
function obstacleAt (path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found || found.isSocket()) return undefined
  if (!found.isDirectory()) return 'this is a file, not a socket'
  return 'this is a directory, not a socket: Docker creates one if a bind mount names a socket that does not exist; ' +
    'remove it, start the Engine, and recreate the container of this service'
}

/** A unix socket. The origin only sets the Host header. */
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
