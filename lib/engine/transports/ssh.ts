import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { buildConnector } from 'undici'
import { monotonic } from '../../model/time.ts'
import type { EngineEndpoint, Transport } from './transport.ts'

/** Each connection is its own ssh process, and sshd's MaxStartups drops some if more than 10 start at once. */
const CONNECTIONS = 4

const PIPES = 3 // stdin, stdout, stderr

/** Seconds; shorter than the timeout of a call, so that ssh gets to report the error itself. */
const CONNECT_TIMEOUT = 8

/** Milliseconds between failed attempts, because hosts ban clients that try too often. */
const PAUSE = 1000

/** Milliseconds from SIGTERM to SIGKILL. */
const END_WITHIN = 1000

const MESSAGE_LIMIT = 300

const failure = (code: string, message: string, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), { code })

/** `--` prevents a host from being read as an option, and the path contains no special characters of a shell. */
function argumentsFor (address: string): string[] {
  const [, user, bracketed = '', port, path] =
    /^ssh:\/\/(?:([^@]+)@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?(\/[\w./@+,:=~-]*)?$/.exec(address) ?? []
  if (!bracketed) throw new TypeError(`invalid ssh address ${address}`)
  return [
    '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_TIMEOUT}`, '-T',
    ...(user ? ['-l', user] : []),
    ...(port ? ['-p', port] : []),
    '--', bracketed.replace(/^\[|\]$/g, ''),
    'docker', ...(path ? [`--host=unix://${path}`] : []), 'system', 'dial-stdio'
  ]
}

/** The standard streams of an ssh process; the stream and the process end together. */
class SshStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams
  #hasAnswered = false
  #stderr = ''

  constructor (child: ChildProcessWithoutNullStreams) {
    super()
    this.#child = child
    child.stdin.on('error', () => { /* the close event has the reason */ })
    child.stdout.on('data', chunk => {
      this.#hasAnswered = true
      if (!this.push(chunk)) child.stdout.pause()
    })
    child.stderr.setEncoding('utf8').on('data', text => { this.#stderr = (this.#stderr + text).slice(-1000) })
    child.once('close', (status, signal) => this.destroy(this.#ending(status ?? signal)))
  }

  override _read () {
    this.#child.stdout.resume()
  }

  override _write (chunk: Buffer, _encoding: BufferEncoding, done: () => void) {
    this.#child.stdin.write(chunk, () => done())
  }

  override _destroy (error: Error | null, done: (error: Error | null) => void) {
    this.#child.kill()
    done(error)
  }

  /** The last output on stderr, by ssh or the remote host, is the reason. */
  #ending (status: number | string | null) {
    const reason = this.#stderr.replace(/\s+/g, ' ').trim().slice(-MESSAGE_LIMIT)
    const wasConnected = this.#hasAnswered || status === 0
    return failure(wasConnected ? 'UND_ERR_SOCKET' : 'ERR_SSH', reason || `ssh exited with ${status}`)
  }
}

/**
 * Runs `docker system dial-stdio` on the remote host with the `ssh` in PATH, as the docker command does. Keys and known
 * hosts come from the user's ssh configuration; ssh never prompts.
 */
export function ssh ({ address }: EngineEndpoint): Transport {
  const args = argumentsFor(address)
  const children = new Set<ChildProcessWithoutNullStreams>()
  let refusal: Error = failure('ERR_SSH', 'not started')
  let refusedUntil = 0

  const refuse = (error: Error) => {
    refusal = error
    refusedUntil = monotonic() + PAUSE
  }

  const connect = (_options: unknown, callback: buildConnector.Callback) => {
    if (monotonic() < refusedUntil) return callback(refusal, null)
    // Detached: otherwise Ctrl+C would kill ssh before the service can shut down, and ssh could prompt on the terminal.
    const child = spawn('ssh', args, { detached: true })
    child.once('error', cause => {
      refuse(failure('ERR_SSH', `cannot start ssh: ${cause.message}`, cause))
      callback(refusal, null)
    })
    child.once('spawn', () => {
      children.add(child)
      child.once('exit', () => children.delete(child))
      // The cast is safe because undici only uses the stream methods of a socket.
      const stream = new SshStream(child)
      stream.once('error', error => { if ('code' in error && error.code === 'ERR_SSH') refuse(error) })
      callback(null, stream as Duplex as Socket)
    })
  }

  const end = async (child: ChildProcessWithoutNullStreams) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN)
    const ended = once(child, 'exit')
    child.kill()
    await ended
    clearTimeout(timer)
  }

  return {
    origin: 'http://localhost',
    connect,
    connections: CONNECTIONS,
    descriptors: PIPES,
    close: async () => { await Promise.all([...children].map(end)) }
  }
}
