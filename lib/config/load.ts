import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { wallClock } from '../model/time.ts'
import { readDocument, type ConfigDocument } from './document.ts'
import { readEnvironment } from './environment.ts'
import { resolveHosts, resolveLocal, type Host } from './hosts.ts'
import { locate, read } from './locations.ts'
import { fileSchema, type ConfigFile } from './schema.ts'
import { createCheck, isToken, TOKEN_EXPECTED } from './validate.ts'

/** Compares numbers numerically, so that line 10 follows line 9. */
const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

const NO_FILE = '# No configuration file found; all keys have their defaults.\n'

/** Limits for clients, described in the schema under `server.limits`. */
export type ServerLimits = ConfigFile['server']['limits']

/** The running configuration. */
export interface Config {
  /** Incremented with each replacement. */
  version: number
  /** Path as the user gave it; null if there is no file. */
  file: string | null
  /** Text of the file with secrets masked. */
  text: string
  /** Milliseconds since the epoch. */
  loadedAt: number
  /** `host` is null for all addresses. */
  listen: { host: string | null, port: number }
  mintimeout: number
  resync: number
  /** `file` is null if file logging is disabled. */
  log: { file: string | null, logsize: number, LogCount: number, level: string }
  /** `token` is null if none is configured. */
  auth: { token: string | null, isSkipped: boolean }
  cors: { origin: string | string[] }
  server: {
    /** Null if clients reach the service at the address it listens on. */
    publicUrl: URL | null
    /** Addresses and networks of trusted proxies, `true` or `false`. */
    trustProxy: readonly string[]
    limits: ServerLimits
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

  constructor (problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
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

async function readConfigFile (
  source: ConfigSource, problems: string[]
): Promise<{ document: ConfigDocument, name: string | null }> {
  const location = await locate(source.file ?? (source.env.DOCKSTAT_CONFIG || undefined), source.cwd)
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

/** Reads the configuration file and the environment. Rejects with a ConfigError that lists all problems. */
export async function loadConfig (source: ConfigSource): Promise<Config> {
  const problems: string[] = []
  const environment = readEnvironment(source.env, problems)
  const { document, name } = await readConfigFile(source, problems)
  const file = checkDocument(document, problems)
  const configured = file?.auth.token
  const token = await readToken({ ...source, configured }, problems)
  const hosts = file ? await resolveHosts(file.hosts ?? {}, { ...source, document }, problems) : []
  if (environment && hosts.length === 0) hosts.push(await resolveLocal(environment, source, problems))
  if (!environment || !file || problems.length > 0) throw new ConfigError(problems.sort(inOrder))

  const { HOST, PORT, LOG_LEVEL, SKIP_AUTH } = environment
  return {
    version: 1,
    text: document.masked(['auth', 'token'], [token, configured].filter(secret => typeof secret === 'string')),
    file: name,
    loadedAt: wallClock(),
    listen: { host: HOST ?? null, port: PORT },
    mintimeout: file.mintimeout,
    resync: file.resync,
    log: { ...file.log, file: file.log.file === 'none' ? null : resolve(source.cwd, file.log.file), level: LOG_LEVEL },
    auth: { token, isSkipped: SKIP_AUTH },
    cors: file.cors,
    server: {
      publicUrl: file.server.publicUrl === undefined ? null : new URL(file.server.publicUrl),
      trustProxy: [file.server.trustProxy].flat(),
      limits: file.server.limits
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
