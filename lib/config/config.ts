import type { TokenEntry } from '../access/access.ts'
import type { Host } from './hosts.ts'
import type { NotifyRule } from './notify.ts'
import type { ConfigFile } from './schema.ts'
import type { ListenerTls } from './tls-files.ts'

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
  /** `icons` is the folder of the user's own icons, an absolute path; null without one. */
  web: { icons: string | null }
  /** Colours by tag. */
  tags: ReadonlyMap<string, string>
  /** Names of the container labels to show. */
  labels: readonly string[]
  /** For all hosts; a host can add its own. */
  filter: { include: readonly string[], exclude: readonly string[] }
  metrics: { profile: 'default' | 'cadvisor' }
  /** Who is told about what. */
  notify: readonly NotifyRule[]
  /** `memory` is in MiB; `file` is absolute, and only written if `disk` is true. */
  history: { memory: number, disk: boolean, file: string }
  /** Null without a cluster. `lease` is in milliseconds. */
  cluster: { url: string, prefix: string, lease: number } | null
  /** In file order. */
  hosts: readonly Host[]
  /** By container name or `host/name`. */
  container: ReadonlyMap<string, { link: string, icon: string, tags: string }>
}

/** Escapes what breaks a line, which keys and messages can contain. */
const printable = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]/gu, character =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** The configuration is invalid. `problems` has one line per problem; the message contains them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[]
  readonly file: string | null

  constructor (problems: readonly string[], file: string | null) {
    const lines = problems.map(printable)
    super(lines.join('\n'))
    this.problems = lines
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
