/** Where to find the server that the replicas share. */
export interface ClusterAddress {
  isTls: boolean
  username: string | undefined
  password: string | undefined
  db: number
  /** The server, or the Sentinels that know where it is. */
  servers: readonly { host: string, port: number }[]
  /** What the Sentinels call the server; null without Sentinels. */
  sentinelName: string | null
}

export const CLUSTER_URL_EXPECTED = 'a URL such as redis://user:password@redis.example:6379/0, with rediss:// for ' +
  'TLS, or redis+sentinel://one:26379,two:26379/mymaster for Sentinels'

const SCHEME = /^(?<scheme>(?:redis|valkey)s?(?:\+sentinel)?):\/\//
const URLS = new RegExp(`${SCHEME.source}(?:(?<user>[^@/]*)@)?(?<servers>[^@/?#\\s]+)(?:/(?<path>[^?#]*))?$`)

const PATH = /^(?<db>\d{0,5})$/
const SENTINEL_PATH = /^(?<name>[^/]+)(?:\/(?<db>\d{0,5}))?$/

const PORT = 6379
const SENTINEL_PORT = 26379

function serversOf (text: string, port: number): ClusterAddress['servers'] | null {
  const servers = text.split(',').map(server => {
    const url = `http://${server}`
    if (!URL.canParse(url) || new URL(url).pathname !== '/') return null
    const [, given = String(port)] = /:(\d+)$/.exec(server) ?? [] // not from the URL, which omits 80
    return Number(given) > 0 ? { host: new URL(url).hostname.replace(/^\[|\]$/g, ''), port: Number(given) } : null
  })
  return servers.every(server => server !== null) ? servers : null
}

function decoded (text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Reads the URL; null if it is none. */
export function clusterAddress (text: string): ClusterAddress | null {
  const { scheme = '', user = '', servers: list = '', path = '' } = URLS.exec(text)?.groups ?? {}
  const isSentinel = scheme.endsWith('+sentinel')
  const servers = serversOf(list, isSentinel ? SENTINEL_PORT : PORT)
  const place = (isSentinel ? SENTINEL_PATH : PATH).exec(path)?.groups
  const colon = `${user}:`.indexOf(':')
  const [username, password] = [user.slice(0, colon), user.slice(colon + 1)].map(decoded)
  if (!servers || (servers.length > 1 && !isSentinel) || !place || username === null || password === null) return null
  return {
    isTls: /^(redis|valkey)s/.test(scheme),
    username: username || undefined,
    password: password || undefined,
    db: Number(place.db ?? 0),
    servers,
    sentinelName: place.name ?? null
  }
}
