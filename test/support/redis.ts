import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { authority } from './certificates.ts'
import { folder } from './folder.ts'
import { lowPort } from './low-port.ts'
import { sendCommands } from './redis-command.ts'
import { until } from './until.ts'

export { startSlowProxy, type SlowProxy } from './slow-proxy.ts'

/** On Linux it ends with this process, which tap kills after a timeout. */
const WRAPPER = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL'] : []

/** The command that runs a server. */
function commandOf (program: string, args: readonly string[]): [file: string, args: string[]] {
  const [file = program, ...rest] = [...WRAPPER, program, ...args]
  return [file, rest]
}

/** The reason to skip tests with a program; if it is required they fail instead. */
async function missing (program: string, isRequired: boolean): Promise<string | false> {
  const [file, args] = commandOf(program, ['--version'])
  const reason = await promisify(execFile)(file, args).then(() => false as const, () => `${program} is not installed`)
  if (reason && isRequired) throw new Error(`${reason}, but required`)
  return reason
}

/** Required by REQUIRE_REDIS and REQUIRE_VALKEY. */
export const redisMissing = await missing('redis-server', Boolean(process.env.REQUIRE_REDIS))
export const valkeyMissing = await missing('valkey-server', Boolean(process.env.REQUIRE_VALKEY))

const HOST = '127.0.0.1'
const NAME = 'mymaster'

export interface RedisOptions {
  /** Accepts only TLS, with a certificate for 127.0.0.1 and localhost. */
  tls?: boolean
  /** Lines such as `default off`; by default everyone may do everything. */
  acl?: string[]
  /** Default: redis-server. */
  program?: 'redis-server' | 'valkey-server'
  /** Arguments for the server, such as `--maxmemory`, `10mb`. */
  config?: string[]
}

interface Place {
  /** Has redis.conf. */
  dir: string
  port: number
  program?: string
  ca?: string | undefined
  args: string[]
  /** Of the user for `command`. */
  password: string
}

/** A redis-server on a port of 127.0.0.1, without persistence. */
export class RedisServer {
  readonly port: number
  /** Path of the authority's certificate, with `tls`. */
  readonly ca: string | undefined
  readonly #place: Place
  #child: ChildProcess | null = null
  #isPaused = false

  constructor (place: Place) {
    this.#place = place
    this.port = place.port
    this.ca = place.ca
  }

  get url (): string {
    return `${this.ca ? 'rediss' : 'redis'}://${HOST}:${this.port}`
  }

  urlFor (user: string, password: string): string {
    return this.url.replace('//', `//${encodeURIComponent(user)}:${encodeURIComponent(password)}@`)
  }

  /** Whether it runs and is not paused. */
  get isUp (): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null && !this.#isPaused
  }

  /** Ends it like a power failure. */
  async leave (): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child?.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'close')
  }

  /** Starts it without data, on the same port as before. */
  async come (): Promise<void> {
    await this.leave()
    const { dir, args, program = 'redis-server' } = this.#place
    // A replica leaves what it was sent.
    rmSync(join(dir, 'dump.rdb'), { force: true })
    const [file, given] = commandOf(program, [join(dir, 'redis.conf'), ...args])
    const child = spawn(file, given, { cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    this.#isPaused = false
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', chunk => { output += chunk })
    }
    await until(async () => {
      if (!this.isUp) throw new Error(`redis-server ended: ${output}`)
      const info = await this.info().catch(() => null)
      return info?.get('process_id') === String(child.pid)
    })
  }

  /** Makes it hang: the kernel still accepts connections, but nothing is answered. */
  pause () {
    this.#isPaused = true
    this.#child?.kill('SIGSTOP')
  }

  resume () {
    this.#isPaused = false
    this.#child?.kill('SIGCONT')
  }

  /**
   * Sends a command over a connection of its own, as a user who may do everything. Nil is empty, and items of arrays
   * are lines. Rejects on an error, and when the connection closes before the answer.
   */
  command (...args: string[]): Promise<string> {
    const { port, ca, password } = this.#place
    const socket = ca ? connectTls({ host: HOST, port, ca: readFileSync(ca) }) : connect(port, HOST)
    return sendCommands(socket, [['AUTH', 'support', password], args])
  }

  /** Fields of INFO, such as `total_commands_processed`; a call adds 2 commands and about 6 KB to the next one. */
  async info (): Promise<Map<string, string>> {
    const lines = (await this.command('INFO')).split('\r\n').filter(line => line.includes(':'))
    return new Map(lines.map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]))
  }
}

/** Starts a server with these lines in its redis.conf. */
async function startWith (t: Test, lines: string[], place: Omit<Place, 'dir' | 'password'>): Promise<RedisServer> {
  const dir = folder(t)
  const password = randomBytes(16).toString('hex')
  writeFileSync(join(dir, 'redis.conf'), [
    `bind ${HOST}`, 'daemonize no', `dir ${dir}`, `user support on >${password} ~* &* +@all`, ...lines, ''
  ].join('\n'))
  const server = new RedisServer({ ...place, dir, password })
  t.teardown(() => server.leave())
  await server.come()
  return server
}

/** Starts a redis-server for the duration of the test. */
export async function startRedis (t: Test, options: RedisOptions = {}): Promise<RedisServer> {
  const { tls = false, acl = [], program = 'redis-server', config: args = [] } = options
  const port = await lowPort()
  const lines = ['save ""', 'appendonly no', ...acl.map(line => `user ${line}`)]
  if (!tls) return await startWith(t, [`port ${port}`, ...lines], { port, program, args })
  const { ca, issue } = await authority(t)
  const { cert, key } = await issue('redis', { names: 'IP:127.0.0.1,DNS:localhost' })
  lines.push('port 0', `tls-port ${port}`, `tls-cert-file ${cert}`, `tls-key-file ${key}`, `tls-ca-cert-file ${ca}`,
    'tls-auth-clients no')
  return await startWith(t, lines, { port, program, ca, args })
}

/** Two servers that three Sentinels watch under the name `mymaster`. */
export class SentinelGroup {
  readonly sentinels: readonly RedisServer[]
  /** `redis+sentinel://127.0.0.1:1,127.0.0.1:2,127.0.0.1:3/mymaster` */
  readonly url: string
  primary: RedisServer
  replica: RedisServer

  constructor (primary: RedisServer, replica: RedisServer, sentinels: readonly RedisServer[]) {
    this.primary = primary
    this.replica = replica
    this.sentinels = sentinels
    this.url = `redis+sentinel://${sentinels.map(({ port }) => `${HOST}:${port}`).join()}/${NAME}`
  }

  /** Kills the primary, and waits until all Sentinels that are up name the other one, which takes seconds. */
  async failOver (): Promise<void> {
    const [gone, heir] = [this.primary, this.replica]
    await gone.leave()
    await until(() => this.#areAll(async sentinel =>
      await sentinel.command('SENTINEL', 'get-master-addr-by-name', NAME) === `${HOST}\n${heir.port}`))
    this.primary = heir
    this.replica = gone
  }

  /** Waits for what a failover needs; once a killed primary came back, its return as the replica takes 20 seconds. */
  async ready (): Promise<void> {
    await until(async () => (await this.replica.info()).get('master_link_status') === 'up')
    await until(() => this.#areAll(async sentinel => {
      const quorum = await sentinel.command('SENTINEL', 'CKQUORUM', NAME).catch(() => '')
      const replicas = await sentinel.command('SENTINEL', 'REPLICAS', NAME)
      return quorum.startsWith('OK 3 ') && replicas.includes(`port\n${this.replica.port}\n`) &&
        replicas.includes('master-link-status\nok\n')
    }))
  }

  async #areAll (check: (sentinel: RedisServer) => Promise<boolean>): Promise<boolean> {
    for (const sentinel of this.sentinels) if (sentinel.isUp && !await check(sentinel)) return false
    return true
  }
}

/** Starts a primary, a replica and three Sentinels for the duration of the test. */
export async function startSentinels (t: Test): Promise<SentinelGroup> {
  const config = ['--repl-diskless-sync-delay', '0']
  const [primary, replica] = await Promise.all([startRedis(t, { config }), startRedis(t, { config })])
  await replica.command('REPLICAOF', HOST, String(primary.port))
  const members: { port: number, id: string }[] = []
  for (let count = 0; count < 3; count++) members.push({ port: await lowPort(), id: randomBytes(20).toString('hex') })
  const sentinels = await Promise.all(members.map(({ port, id }) => startWith(t, [
    `port ${port}`,
    `sentinel myid ${id}`,
    `sentinel monitor ${NAME} ${HOST} ${primary.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 3000`,
    // Without these it takes seconds until they find each other.
    `sentinel known-replica ${NAME} ${HOST} ${replica.port}`,
    ...members.filter(other => other.port !== port)
      .map(other => `sentinel known-sentinel ${NAME} ${HOST} ${other.port} ${other.id}`)
  ], { port, args: ['--sentinel'] })))
  const group = new SentinelGroup(primary, replica, sentinels)
  await group.ready()
  return group
}
