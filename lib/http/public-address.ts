import type { Config } from '../config/config.ts'
import { trusts } from './trust.ts'

/** The part of a Fastify request that is used here. */
interface Request {
  headers: NodeJS.Dict<string | string[]>
  host: string
  protocol: string
  socket: { remoteAddress?: string | undefined }
}

/** Where clients reach the service. */
export interface PublicAddress {
  scheme: 'http' | 'https'
  /** Includes the port, unless it is the default of the scheme. */
  host: string
  /** Prefix of the routes, with a trailing slash. */
  path: string
}

const withSlash = (path: string) => path.replace(/\/*$/, '/')

/** The value from the last proxy, because only that one has been checked against `trustProxy`. */
const last = (header: string | string[] | undefined) => String(header ?? '').replace(/.*,/s, '').trim()

const DEFAULT_PORTS = { http: '80', https: '443' }

function withPort (host: string, port: string, scheme: PublicAddress['scheme']): string {
  const isNews = /^\d+$/.test(port) && port !== DEFAULT_PORTS[scheme] && !/:\d+$/.test(host)
  return isNews ? `${host}:${port}` : host
}

/** The address from `publicUrl`, otherwise from the headers of a trusted proxy, otherwise from the request. */
export function publicAddressOf (
  request: Request, { publicUrl, trustProxy }: Pick<Config['server'], 'publicUrl' | 'trustProxy'>
): PublicAddress {
  if (publicUrl) {
    const { protocol, host, pathname } = publicUrl
    return { scheme: protocol === 'https:' ? 'https' : 'http', host, path: withSlash(pathname) }
  }
  const { headers, host, protocol, socket } = request
  const isForwarded = trusts(trustProxy)(String(socket.remoteAddress))
  const said = (name: string) => isForwarded ? last(headers[name]) : ''
  const scheme = protocol === 'https' ? 'https' : 'http'
  const prefix = said('x-forwarded-prefix')
  return {
    scheme,
    host: withPort(host, said('x-forwarded-port'), scheme),
    path: withSlash(prefix.startsWith('/') ? prefix : '/')
  }
}

/** The server URL in the OpenAPI document: `publicUrl`, or relative to the document. */
export const serverUrl = ({ publicUrl }: Pick<Config['server'], 'publicUrl'>, relative: string): string =>
  publicUrl?.href.replace(/\/*$/, '') ?? relative
