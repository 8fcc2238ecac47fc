import { fstatSync, statSync } from 'node:fs'
import pino, { type Logger, type MultiStreamRes } from 'pino'
import type { RollingFile } from 'pino-roll'
import { plainAddress } from '../http/address.ts'

/** A logger and the streams that it writes to, so that a file can join once the configuration is known. */
export interface Logging {
  logger: Logger
  streams: MultiStreamRes<string>
}

/** A request as the log shows it: no headers (they carry the token), no user and no query (people put tokens there). */
const request = ({ method, url, ip }: { method?: string, url?: string, ip?: string }) =>
  ({ method, path: url?.replace(/^\w+:\/\/[^/]*|\?.*/g, ''), remoteAddress: plainAddress(ip) })

/** The bytes of a request that is no HTTP: the token may be among them. */
const redact = { paths: ['err.rawPacket'], remove: true }

/** Formats a line for people; loads what that takes, which nobody needs elsewhere. */
async function loadPretty (): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty')
  return prettyFactory({ singleLine: true, ignore: 'pid,hostname' })
}

/**
 * A logger on standard output: JSON, or lines for people on a terminal.
 * @param stdout where it writes
 * @param isTerminal whether people read it there
 */
export async function createLogging (stdout: pino.DestinationStream, isTerminal: boolean): Promise<Logging> {
  const pretty = isTerminal ? await loadPretty() : null
  const stream = pretty ? { write: (line: string) => stdout.write(pretty(line)) } : stdout
  const streams = pino.multistream({ level: 'trace', stream })
  return { streams, logger: pino({ serializers: { req: request }, redact }, streams) }
}

/** Where lines go. */
export interface LineStream {
  write (line: string): void
  close (): void
}

export interface LogFileOptions {
  file: string
  /** Megabytes of one file. */
  logsize: number
  /** Files kept in all. */
  LogCount: number
  /** Called once when the file cannot be written any more; lines are dropped from then on. */
  onError: (error: unknown) => void
}

/** Whether the file that is open is still the one at this path; not after somebody removed or moved it. */
function isInPlace ({ fd, file }: RollingFile): boolean {
  const there = statSync(file, { throwIfNoEntry: false })
  const opened = fstatSync(fd)
  return there?.ino === opened.ino && there.dev === opened.dev
}

/**
 * Opens a log file that pino-roll rolls: `dockstat.log` becomes `dockstat.1.log`, `dockstat.2.log` and so on.
 * Writes are synchronous: pino-roll then counts the file that it just opened among those it keeps. A file that somebody
 * removed or moved is made again, with its folder.
 * @param options what to write, and what to call when the file cannot be written any more
 * @throws when the folder cannot be written
 */
export async function openLogFile ({ file, logsize, LogCount, onError }: LogFileOptions): Promise<LineStream> {
  const { default: roll } = await import('pino-roll')
  const limit = { count: LogCount, removeOtherLogFiles: true }
  const stream = await roll({ file, size: `${logsize}m`, limit, mkdir: true, sync: true })
  let isOpen = true
  const close = () => {
    if (isOpen) stream.destroy()
    isOpen = false
  }
  const write = (line: string) => {
    try {
      if (isOpen && !isInPlace(stream)) stream.reopen()
    } catch (error) {
      stream.emit('error', error)
    }
    if (isOpen) stream.write(line)
  }
  stream.on('error', close)
  stream.once('error', onError)
  return { write, close }
}

/**
 * A stream that is opened with the first line; lines wait until it is open. So the start does not wait for a log file,
 * which takes long to load.
 * @param open opens it; it must not fail
 */
export function createLateStream (open: () => Promise<LineStream>) {
  const waiting: string[] = []
  let stream: LineStream | undefined
  let opened: Promise<void> | undefined
  const openAndWrite = async () => {
    stream = await open()
    for (const line of waiting.splice(0)) stream.write(line)
  }
  return {
    write (line: string) {
      if (stream) return stream.write(line)
      waiting.push(line)
      opened ??= openAndWrite()
    },
    async close () {
      await opened
      stream?.close()
    }
  }
}
