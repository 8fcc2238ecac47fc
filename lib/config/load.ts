import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { TokenEntry } from '../access/access.ts'
import { messageOf } from '../errors.ts'
import { wallClock } from '../model/time.ts'
import { readDocument, type ConfigDocument } from './document.ts'
import { readEnvironment } from './environment.ts'
import { resolveHosts, resolveLocal, type Host } from './hosts.ts'
import { locate, locationsOf, read } from './locations.ts'
import { fileSchema, type ConfigFile, type Environment } from './schema.ts'
import { readTls, type ListenerTls } from './tls-files.ts'
import { checkTokens } from './tokens.ts'
import { createCheck, isToken, TOKEN_EXPECTED } from './validate.ts'

/** Compares numbers numerically, so that line 10 follows line 9. */
const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

const NO_FILE = '# No configuration file found; all keys have their defaults.\n'

/** Limits for clients, described in the schema under `server.limits`. */
export type ServerLimits = ConfigFile['server']['limits']

/** A configuration that was not applied, because it is invalid. */
export interface Rejected {
  /** One line per problem. */
  problems: readonly string[]
  /** Milliseconds since the epoch. */
  at: number
}

/** The running configuration. */
export interface Config {
  /** Incremented with each replacement. */
  version: number
  /** Path as the user gave it; null if there is no file. */
  file: string | null
  /** Absolute paths of the files that it was read from, including missing ones that would be read. */
  files: readonly string[]
  /** Text of the file with secrets masked. */
  text: string
  /** What is wrong with the files as they are now; null if this configuration is what they say. */
  rejected: Rejected | null
  /** Milliseconds since the epoch. */
  loadedAt: number
  /** Where the service listens, which cannot change while it runs. */
  listen: {
    /** Null for all addresses. */
    host: string | null
    port: number
    /** A Unix socket to listen on instead; `mode` is a number such as 0o660. */
    socket: { path: string, mode: number } | null
    tls: 'off' | 'on' | 'with client certificates'
  }
  mintimeout: number
  resync: number
  /** `file` is null if file logging is disabled. */
  log: { file: string | null, logsize: number, LogCount: number, level: string }
  /** `token` is null if none is configured. `tokens` are further ones, which may allow less. */
  auth: { token: string | null, tokens: readonly TokenEntry[], isSkipped: boolean }
  cors: { origin: string | string[] }
  server: {
    /** Null if clients reach the service at the address it listens on. */
    publicUrl: URL | null
    /** Addresses and networks of trusted proxies, `true` or `false`. */
    trustProxy: readonly string[]
    limits: ServerLimits
    /** Null if clients use plain HTTP. */
    tls: ListenerTls | null
  }
  docs: { public: boolean }
  /** Colours by tag. */
  tags: ReadonlyMap<string, string>
  /** Names of the container labels to show. */
  labels: readonly string[]
  /** For all hosts; a host can add its own. */
  filter: { include: readonly string[], exclude: readonly string[] }
  metrics: { profile: 'default' | 'cadvisor' }
  /** In file order. */
  hosts: readonly Host[]
  /** By container name or `host/name`. */
  container: ReadonlyMap<string, { link: string, icon: string, tags: string }>
}

/** The configuration is invalid. `problems` has one line per problem; the message contains them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  /** As in Config. */
  readonly file: string | null

  constructor (problems: readonly string[], file: string | null) {
    super(problems.join('\n'))
    this.problems = problems
    this.file = file
  }
}

export interface ConfigSource {
  /** Path given with `--config`. */
  file?: string | undefined
  env: NodeJS.ProcessEnv
  /** Base of relative paths. */
  cwd: string
}

const checkFile = createCheck<ConfigFile>(fileSchema)

const namedFile = ({ file, env }: ConfigSource) => file ?? (env.DOCKSTAT_CONFIG || undefined)

async function readConfigFile (
  source: ConfigSource, problems: string[]
): Promise<{ document: ConfigDocument, name: string | null }> {
  const location = await locate(namedFile(source), source.cwd)
  const name = location?.name ?? ''
  let text = NO_FILE
  try {
    if (location) text = await read(location)
  } catch (error) {
    problems.push(`${name}: the configuration file cannot be read (${messageOf(error)})`)
  }
  const document = readDocument(text, name, source.env)
  problems.push(...document.problems)
  return { document, name: location?.name ?? null }
}

function checkDocument (document: ConfigDocument, problems: string[]): ConfigFile | null {
  if (document.data === null) return null
  const result = checkFile(document.data)
  if ('data' in result) return result.data
  const violations = result.violations.filter(({ path }) => !document.unset.has(path.join('.')))
  problems.push(...violations.map(document.describe))
  return null
}

interface TokenSource extends ConfigSource {
  /** `auth.token` of the file. */
  configured: string | undefined
}

async function readToken ({ env, cwd, configured }: TokenSource, problems: string[]): Promise<string | null> {
  const { SECRET, SECRET_FILE } = env
  if (SECRET && SECRET_FILE) problems.push('SECRET, SECRET_FILE: cannot both be set; unset one')
  if (!SECRET_FILE) return SECRET || configured || null
  try {
    const token = (await readFile(resolve(cwd, SECRET_FILE), 'utf8')).trim()
    if (!isToken(token)) problems.push(`SECRET_FILE: the token in the file must be ${TOKEN_EXPECTED}`)
    return token
  } catch (error) {
    problems.push(`SECRET_FILE: cannot be read (${messageOf(error)})`)
    return null
  }
}

/** Absolute paths of all files that the configuration depends on. */
function filesOf (source: ConfigSource, tls: ListenerTls | null): string[] {
  const { cwd, env: { SECRET_FILE } } = source
  return [
    ...locationsOf(namedFile(source), cwd).map(({ path }) => path),
    ...SECRET_FILE ? [resolve(cwd, SECRET_FILE)] : [],
    ...tls ? Object.values(tls.files) : []
  ]
}

interface Resolved {
  token: string | null
  hosts: Host[]
  tls: ListenerTls | null
}

/** Finds what the file only names: the token, the hosts with their contexts, and certificates. */
async function resolveParts (
  file: ConfigFile | null, source: ConfigSource & { document: ConfigDocument }, problems: string[]
): Promise<Resolved> {
  const token = await readToken({ ...source, configured: file?.auth.token }, problems)
  if (!file) return { token, hosts: [], tls: null }
  const hosts = await resolveHosts(file.hosts ?? {}, source, problems)
  const tls = file.server.tls ? await readTls(file.server.tls, source, problems) : null
  return { token, hosts, tls }
}

function listenOf (
  { HOST, PORT }: Environment, { server: { socket, tls } }: ConfigFile, cwd: string
): Config['listen'] {
  return {
    host: HOST ?? null,
    port: PORT,
    socket: socket ? { path: resolve(cwd, socket.path), mode: Number.parseInt(socket.mode, 8) } : null,
    tls: tls === undefined ? 'off' : tls.ca === undefined ? 'on' : 'with client certificates'
  }
}

/** The Unix socket that the file names, even if the rest of it is invalid. */
export async function findSocket (source: ConfigSource): Promise<string | null> {
  const { document: { data } } = await readConfigFile(source, [])
  const path = (data as Partial<ConfigFile> | null)?.server?.socket?.path
  return typeof path === 'string' ? resolve(source.cwd, path) : null
}

/** Reads the configuration file and the environment. Rejects with a ConfigError that lists all problems. */
export async function loadConfig (source: ConfigSource): Promise<Config> {
  const problems: string[] = []
  const environment = readEnvironment(source.env, problems)
  const { document, name } = await readConfigFile(source, problems)
  const file = checkDocument(document, problems)
  const { token, hosts, tls } = await resolveParts(file, { ...source, document }, problems)
  if (environment && hosts.length === 0) hosts.push(await resolveLocal(environment, source, problems))
  if (file) checkTokens(file.auth.tokens, { document, hosts }, problems)
  if (!environment || !file || problems.length > 0) throw new ConfigError(problems.sort(inOrder), name)

  const { cwd } = source
  const secrets = [token, file.auth.token, ...file.auth.tokens.map(({ sha256 }) => sha256)]
  return {
    version: 1,
    files: filesOf(source, tls),
    text: document.masked(['auth', 'token'], secrets.filter(secret => typeof secret === 'string')),
    rejected: null,
    file: name,
    loadedAt: wallClock(),
    listen: listenOf(environment, file, cwd),
    mintimeout: file.mintimeout,
    resync: file.resync,
    log: {
      ...file.log,
      file: file.log.file === 'none' ? null : resolve(cwd, file.log.file),
      level: environment.LOG_LEVEL
    },
    auth: { token, tokens: file.auth.tokens, isSkipped: environment.SKIP_AUTH },
    cors: file.cors,
    server: {
      publicUrl: file.server.publicUrl === undefined ? null : new URL(file.server.publicUrl),
      trustProxy: [file.server.trustProxy].flat(),
      limits: file.server.limits,
      tls
    },
    docs: file.docs,
    tags: new Map(Object.entries(file.tags)),
    labels: file.labels,
    filter: file.filter,
    metrics: file.metrics,
    hosts,
    container: new Map(Object.entries(file.container))
  }
}
