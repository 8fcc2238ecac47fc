const DEFAULT_PORT = new Map([['tcp', '2375'], ['http', '80'], ['https', '2376']])
const DEFAULT_SOCKET = '/var/run/docker.sock'

export const ENGINE_ADDRESS_EXPECTED = 'where a Docker Engine listens, such as 192.168.1.10, ' +
  'tcp://192.168.1.10:2375, https://engine:2376, ssh://user@engine or unix:///var/run/docker.sock'

/**
 * The full form of an Engine's address.
 * @param url as configured; without a scheme it is TCP
 * @param port for a `url` that names none
 * @param isTls whether `tcp://` is with TLS: it becomes `https://` then
 * @returns `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or `ssh://user@host:port/path`;
 * null when `url` is none of these, carries what its scheme has no use for, or names another port than `port`
 */
export function engineAddress (url: string, port?: number, isTls = false): string | null {
  const [, given = 'tcp', rest = ''] = /^(?:(\w+):\/\/)?(.*)$/.exec(url) ?? []
  const scheme = given === 'tcp' && isTls ? 'https' : given
  if (scheme === 'unix') return unixAddress(rest || DEFAULT_SOCKET, port)
  if (scheme === 'ssh') return sshAddress(rest, port)
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

const USER = /\w[\w.+-]*/.source
const HOST = /\w[\w.-]*|\[[\da-f:]*:[\da-f:.]*(?:%\w+)?\]/.source
const PATH = /\/[\w./@+,:=~-]*/.source
/** Nothing that matches can be taken for an option of ssh, or means something to the shell on the far side. */
const SSH = new RegExp(`^((?:${USER}@)?(?:${HOST}))(?::([1-9]\\d{0,4}))?(${PATH})?$`, 'i')

/** Without a port, ssh's own configuration has it. */
function sshAddress (rest: string, port: number | undefined): string | null {
  const [, host, ownPort, path = '/'] = SSH.exec(rest) ?? []
  if (host === undefined || Number(ownPort ?? 1) > 65535) return null
  if (port !== undefined && ownPort !== undefined && ownPort !== String(port)) return null
  const chosen = ownPort ?? port
  return `ssh://${host}${chosen === undefined ? '' : `:${chosen}`}${path === '/' ? '' : path}`
}
