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
const URLS = new RegExp(`${SCHEME.source}(?:(?<user>[^@/]*)@)?(?<servers>[^@/]+)(?:/(?<path>[^?#]*))?$`)

const PORT = 6379
const SENTINEL_PORT = 26379

function serversOf (text: string, port: number): ClusterAddress['servers'] | null {
  const servers = text.split(',').map(server => {
    const url = `http://${server}`
    if (!URL.canParse(url) || new URL(url).pathname !== '/') return null
    const { hostname, port: given } = new URL(url)
    const isDefault = given === '' && server.endsWith(':80')
    return { host: hostname.replace(/^\[|\]$/g, ''), port: isDefault ? 80 : Number(given) || port }
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
  const [name, db = ''] = isSentinel ? path.split('/') : [null, path]
  const [username, ...rest] = user.split(':')
  const password = decoded(rest.join(':'))
  const isValid = scheme !== '' && name !== '' && /^\d{0,5}$/.test(db) && (isSentinel || servers?.length === 1)
  if (!isValid || !servers || password === null || decoded(username ?? '') === null) return null
  return {
    isTls: /^(redis|valkey)s/.test(scheme),
    username: decoded(username ?? '') || undefined,
    password: password || undefined,
    db: Number(db),
    servers,
    sentinelName: name ?? null
  }
}
