import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { wallClock } from '../model/time.ts'
import { ConfigError, type Config, type ConfigSource } from './config.ts'
import { readDocument, type ConfigDocument } from './document.ts'
import { readEnvironment, type Environment } from './environment.ts'
import { resolveHosts, resolveLocal, type Host } from './hosts.ts'
import { locate, locationsOf, read } from './locations.ts'
import { resolveNotify, type NotifyRule } from './notify.ts'
import { fileSchema, type ConfigFile } from './schema.ts'
import { readTls, type ListenerTls } from './tls-files.ts'
import { checkTokens } from './tokens.ts'
import { createCheck, isToken, TOKEN_EXPECTED } from './validate.ts'

/** Compares numbers numerically, so that line 10 follows line 9. */
const inOrder = (a: string, b: string) => a.localeCompare(b, 'en', { numeric: true })

const NO_FILE = '# No configuration file found; all keys have their defaults.\n'

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
  notify: NotifyRule[]
  tls: ListenerTls | null
}

/** Finds what the file only names: the token, the hosts with their contexts, and certificates. */
async function resolveParts (
  file: ConfigFile | null, source: ConfigSource & { document: ConfigDocument }, problems: string[]
): Promise<Resolved> {
  const token = await readToken({ ...source, configured: file?.auth.token }, problems)
  if (!file) return { token, hosts: [], notify: [], tls: null }
  const hosts = await resolveHosts(file.hosts ?? {}, source, problems)
  const notify = await resolveNotify(file.notify, source.document, problems)
  const tls = file.server.tls ? await readTls(file.server.tls, source, problems) : null
  return { token, hosts, notify, tls }
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

interface Parts extends Resolved {
  environment: Environment
  file: ConfigFile
  document: ConfigDocument
  name: string | null
}

function configOf (parts: Parts, { cwd, ...source }: ConfigSource): Config {
  const { environment, file, document, name, token, hosts, notify, tls } = parts
  const { auth, history, log, server } = file
  const urls = [file.cluster?.url, ...notify.map(({ url }) => url)]
  const secrets = [token, auth.token, ...auth.tokens.map(({ sha256 }) => sha256), ...urls]
  const notifyUrls = notify.map((_rule, index) => ['notify', String(index), 'url'])
  const masked = [['auth', 'token'], ['cluster', 'url'], ...notifyUrls]
  return {
    version: 1,
    files: filesOf({ cwd, ...source }, tls),
    text: document.masked(masked, secrets.filter(secret => typeof secret === 'string')),
    rejected: null,
    file: name,
    loadedAt: wallClock(),
    listen: listenOf(environment, file, cwd),
    mintimeout: file.mintimeout,
    resync: file.resync,
    log: { ...log, file: log.file === 'none' ? null : resolve(cwd, log.file), level: environment.LOG_LEVEL },
    auth: { token, tokens: auth.tokens, isSkipped: environment.SKIP_AUTH },
    cors: file.cors,
    server: {
      publicUrl: server.publicUrl === undefined ? null : new URL(server.publicUrl),
      trustProxy: [server.trustProxy].flat(),
      limits: server.limits,
      tls
    },
    docs: file.docs,
    web: { icons: file.web.icons === undefined ? null : resolve(cwd, file.web.icons) },
    tags: new Map(Object.entries(file.tags)),
    labels: file.labels,
    filter: file.filter,
    metrics: file.metrics,
    notify,
    cluster: file.cluster ?? null,
    history: { ...history, file: resolve(cwd, history.file) },
    hosts,
    container: new Map(Object.entries(file.container))
  }
}

/** Reads the configuration file and the environment. Rejects with a ConfigError that lists all problems. */
export async function loadConfig (source: ConfigSource): Promise<Config> {
  const problems: string[] = []
  const environment = readEnvironment(source.env, problems)
  const { document, name } = await readConfigFile(source, problems)
  const file = checkDocument(document, problems)
  const resolved = await resolveParts(file, { ...source, document }, problems)
  const { hosts } = resolved
  if (environment && hosts.length === 0) hosts.push(await resolveLocal(environment, source, problems))
  if (file) checkTokens(file.auth.tokens, { document, hosts }, problems)
  if (!environment || !file || problems.length > 0) throw new ConfigError(problems.sort(inOrder), name)
  return configOf({ environment, file, document, name, ...resolved }, source)
}
