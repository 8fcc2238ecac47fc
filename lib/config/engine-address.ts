const DEFAULT_PORT = new Map([['tcp', '2375'], ['http', '80'], ['https', '2376']])
const DEFAULT_SOCKET = '/var/run/docker.sock'

export const ENGINE_ADDRESS_EXPECTED = 'where a Docker Engine listens, such as 192.168.1.10, ' +
  'tcp://192.168.1.10:2375, https://engine:2376 or unix:///var/run/docker.sock'

/**
 * The full form of an Engine's address.
 * @param url as configured; without a scheme it is TCP
 * @param port for a `url` that names none
 * @param isTls whether `tcp://` is with TLS: it becomes `https://` then
 * @returns `unix:///path`, `tcp://host:port`, `http://host:port` or `https://host:port`; null when `url` is none of
 * these, carries a user, a path or a query, or names another port than `port`
 */
export function engineAddress (url: string, port?: number, isTls = false): string | null {
  const [, given = 'tcp', rest = ''] = /^(?:(\w+):\/\/)?(.*)$/.exec(url) ?? []
  const scheme = given === 'tcp' && isTls ? 'https' : given
  if (scheme === 'unix') return unixAddress(rest || DEFAULT_SOCKET, port)
  const defaultPort = DEFAULT_PORT.get(scheme)
  const authority = rest.replace(/\/$/, '')
  const bracketed = /^[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:.]*$/i.test(authority) ? `[${authority}]` : authority
  if (defaultPort === undefined || !URL.canParse(`tcp://${bracketed}`)) return null
  const parsed = new URL(`tcp://${bracketed}`)
  const isPlain = parsed.hostname !== '' && parsed.href === `tcp://${parsed.host}`
  if (!isPlain || (port !== undefined && parsed.port !== '' && parsed.port !== String(port))) return null
  return `${scheme}://${parsed.hostname}:${parsed.port || port || defaultPort}`
}

function unixAddress (path: string, port: number | undefined): string | null {
  return path.startsWith('/') && port === undefined ? `unix://${path}` : null
}
