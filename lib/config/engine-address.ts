const DEFAULT_PORT = new Map([['tcp', '2375'], ['http', '80'], ['https', '2376']])
const DEFAULT_SOCKET = '/var/run/docker.sock'

export const ENGINE_ADDRESS_EXPECTED = 'the address of a Docker Engine, such as 192.168.1.10, ' +
  'tcp://192.168.1.10:2375, https://engine:2376, ssh://user@engine or unix:///var/run/docker.sock'

/**
 * Normalizes the address of an Engine to `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or
 * `ssh://user@host:port/path`. Returns null if `url` is invalid, has parts that its scheme does not support, or
 * contradicts `port`.
 * @param url TCP if it has no scheme
 * @param port used if `url` has none
 * @param isTls turns `tcp://` into `https://`
 */
export function engineAddress (url: string, port?: number, isTls = false): string | null {
  const [, given = 'tcp', rest = ''] = /^(?:(\w+):\/\/)?(.*)$/.exec(url) ?? []
  const scheme = given === 'tcp' && isTls ? 'https' : given
  if (scheme === 'unix') return unixAddress(rest || DEFAULT_SOCKET, port)
  if (scheme === 'ssh') return sshAddress(rest, port)
  const defaultPort = DEFAULT_PORT.get(scheme)
  const parsed = defaultPort === undefined ? null : parseAuthority(rest.replace(/\/$/, ''))
  if (!parsed || (port !== undefined && parsed.port !== null && parsed.port !== port)) return null
  return `${scheme}://${parsed.host}:${parsed.port ?? port ?? defaultPort}`
}

/** An IPv6 address with optional brackets, zone (link-local addresses need one) and port. */
const IPV6 = /^(?:\[([\da-f:.]*:[\da-f:.]*)(%[\w.-]+)?\](?::(\d+))?|([\da-f:.]*:[\da-f:.]*:[\da-f:.]*)(%[\w.-]+)?)$/i
const NAME = /^([\p{L}\p{N}][\p{L}\p{N}._-]*)(?::(\d+))?$/u

/** Normalizes the host with the URL parser, because the HTTP client parses the address as a URL too. */
function parseAuthority (authority: string): { host: string, port: number | null } | null {
  const [isIpv6, bracketed, ownZone = '', ipv6Port, bare, zone = ownZone] = IPV6.exec(authority) ?? []
  const [, name, namePort] = NAME.exec(authority) ?? []
  const host = isIpv6 === undefined ? name : `[${bracketed ?? bare}]`
  const port = ipv6Port ?? namePort
  if (host === undefined || !URL.canParse(`http://${host}`)) return null
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return null
  const { hostname } = new URL(`http://${host}`)
  return { host: zone ? hostname.replace(']', `${zone}]`) : hostname, port: port === undefined ? null : Number(port) }
}

function unixAddress (path: string, port: number | undefined): string | null {
  return path.startsWith('/') && port === undefined ? `unix://${path}` : null
}

const USER = /\w[\w.+-]*/.source
const HOST = /\w[\w.-]*|\[[\da-f:]*:[\da-f:.]*(?:%\w+)?\]/.source
const PATH = /\/[\w./@+,:=~-]*/.source
/** Excludes anything that ssh could parse as an option or the remote shell could interpret. */
const SSH = new RegExp(`^((?:${USER}@)?(?:${HOST}))(?::([1-9]\\d{0,4}))?(${PATH})?$`, 'i')

/** Adds no default port, because ssh takes it from its own configuration. */
function sshAddress (rest: string, port: number | undefined): string | null {
  const [, host, ownPort, path = '/'] = SSH.exec(rest) ?? []
  if (host === undefined || Number(ownPort ?? 1) > 65535) return null
  if (port !== undefined && ownPort !== undefined && ownPort !== String(port)) return null
  const chosen = ownPort ?? port
  return `ssh://${host}${chosen === undefined ? '' : `:${chosen}`}${path === '/' ? '' : path}`
}
