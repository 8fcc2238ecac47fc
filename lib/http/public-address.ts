import type { Config } from '../config/load.ts'
import { trusts } from './trust.ts'

/** What is read of a request; Fastify's fit. */
interface Request {
  headers: NodeJS.Dict<string | string[]>
  host: string
  protocol: string
  socket: { remoteAddress?: string | undefined }
}

/** Where clients reach the service. */
export interface PublicAddress {
  scheme: 'http' | 'https'
  /** With the port, unless it is that of the scheme. */
  host: string
  /** What stands before the paths of the routes, with a slash at its end. */
  path: string
}

const withSlash = (path: string) => path.replace(/\/*$/, '/')

/** What the last proxy says; it is the one that was asked whether it is trusted. */
const last = (header: string | string[] | undefined) => String(header ?? '').replace(/.*,/s, '').trim()

const DEFAULT_PORTS = { http: '80', https: '443' }

function withPort (host: string, port: string, scheme: PublicAddress['scheme']): string {
  const isNews = /^\d+$/.test(port) && port !== DEFAULT_PORTS[scheme] && !/:\d+$/.test(host)
  return isNews ? `${host}:${port}` : host
}

/** Where the client of a request reaches the service: as configured, else as a trusted proxy or the request says. */
export function publicAddressOf (
  request: Request, { publicUrl, trustProxy }: Config['server']
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

/** Where the OpenAPI document says that the service is: as configured, else relative to the document. */
export const serverUrl = ({ publicUrl }: Pick<Config['server'], 'publicUrl'>, relative: string): string =>
  publicUrl?.href.replace(/\/*$/, '') ?? relative
