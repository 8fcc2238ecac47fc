import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { buildConnector } from 'undici'
import { monotonic } from '../../model/time.ts'
import type { EngineEndpoint, Transport } from './transport.ts'

/** Every connection is an ssh of its own; sshd's MaxStartups drops some when more than 10 begin at a time. */
const CONNECTIONS = 4

/** Standard input, output and error of an ssh. */
const PIPES = 3

/** Seconds: less than any call may take, so that an error has ssh's own words. */
const CONNECT_TIMEOUT = 8

/** Milliseconds before ssh is started again after it brought no connection: hosts ban who knocks too often. */
const PAUSE = 1000

/** Milliseconds that ssh has to end before it is killed. */
const END_WITHIN = 1000

const MESSAGE_LIMIT = 300

const failure = (code: string, message: string, cause?: unknown) =>
  Object.assign(new Error(message, { cause }), { code })

/** The arguments of ssh. `--` keeps a host from being taken for an option; the path has no character for a shell. */
function argumentsFor (address: string): string[] {
  const [, user, bracketed = '', port, path] =
    /^ssh:\/\/(?:([^@]+)@)?(\[[^\]]+\]|[^:/]+)(?::(\d+))?(\/[\w./@+,:=~-]*)?$/.exec(address) ?? []
  if (!bracketed) throw new TypeError(`no way to ${address}`)
  return [
    '-o', 'BatchMode=yes', '-o', `ConnectTimeout=${CONNECT_TIMEOUT}`, '-T',
    ...(user ? ['-l', user] : []),
    ...(port ? ['-p', port] : []),
    '--', bracketed.replace(/^\[|\]$/g, ''),
    'docker', ...(path ? [`--host=unix://${path}`] : []), 'system', 'dial-stdio'
  ]
}

/** What an ssh reads and writes; ends with it, and ends it. */
class SshStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams
  #hasAnswered = false
  #stderr = ''

  constructor (child: ChildProcessWithoutNullStreams) {
    super()
    this.#child = child
    child.stdin.on('error', () => { /* the end of ssh tells why */ })
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

  /** The last that ssh and the far side said is what ended it. */
  #ending (status: number | string | null) {
    const said = this.#stderr.replace(/\s+/g, ' ').trim().slice(-MESSAGE_LIMIT)
    const stood = this.#hasAnswered || status === 0
    return failure(stood ? 'UND_ERR_SOCKET' : 'ERR_SSH', said || `ssh ended with ${status}`)
  }
}

/**
 * `docker system dial-stdio` on another host, through the ssh that PATH has, as the docker command does. Keys, known
 * hosts and everything else are those of the user's own configuration; ssh never asks anything.
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
    // A session of its own: Ctrl+C reaches the service first, and there is no terminal to ask on.
    const child = spawn('ssh', args, { detached: true })
    child.once('error', cause => {
      refuse(failure('ERR_SSH', `ssh cannot be started: ${cause.message}`, cause))
      callback(refusal, null)
    })
    child.once('spawn', () => {
      children.add(child)
      child.once('exit', () => children.delete(child))
      // All that undici uses of a socket is what any stream has.
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
