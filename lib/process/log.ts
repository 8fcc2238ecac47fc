import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs'
import pino, { type Logger, type MultiStreamRes } from 'pino'
import type { RollingFile } from 'pino-roll'
import { plainAddress } from '../http/address.ts'

/** A logger and its streams, so that a log file can be added once the configuration is known. */
export interface Logging {
  logger: Logger
  streams: MultiStreamRes<string>
}

/** Logs requests without headers, user info and query, because any of these can contain a token. */
const request = ({ method, url, ip }: { method?: string, url?: string, ip?: string }) =>
  ({ method, path: url?.replace(/^\w+:\/\/[^/]*|\?.*/g, ''), remoteAddress: plainAddress(ip) })

/** The raw bytes of a malformed request can contain the token. */
const redact = { paths: ['err.rawPacket'], remove: true }

/** Loads pino-pretty on demand, because only terminals need it. */
async function loadPretty (): Promise<(line: string) => string> {
  const { prettyFactory } = await import('pino-pretty')
  return prettyFactory({ singleLine: true, ignore: 'pid,hostname' })
}

/** Creates a logger on standard output: JSON, or readable lines on a terminal. */
export async function createLogging (stdout: pino.DestinationStream, isTerminal: boolean): Promise<Logging> {
  const pretty = isTerminal ? await loadPretty() : null
  const stream = pretty ? { write: (line: string) => stdout.write(pretty(line)) } : stdout
  const streams = pino.multistream({ level: 'trace', stream })
  return { streams, logger: pino({ serializers: { req: request }, redact }, streams) }
}

export interface LineStream {
  write (line: string): void
  close (): void
}

export interface LogFileOptions {
  file: string
  /** Maximum size of a file in MB. */
  logsize: number
  /** Number of files to keep. */
  LogCount: number
  /** Called once if the file can no longer be written; all later lines are dropped. */
  onError: (error: unknown) => void
}

/** Whether the open file is still at its path: false after it was removed or moved. */
function isInPlace ({ fd, file }: RollingFile): boolean {
  const there = statSync(file, { throwIfNoEntry: false })
  const opened = fstatSync(fd)
  return there?.ino === opened.ino && there.dev === opened.dev
}

/** pino-roll replaces a missing extension with `.log`, but drops one of a single character, so this keeps it. */
const withExtension = (file: string) => /\.[^./]$/.test(file) ? `${file}.log` : file

/** Whether a file ends within a line, because the process that wrote it was killed or the disk was full. */
function isTorn (file: string): boolean {
  const fd = openSync(file, 'r')
  try {
    const { size } = fstatSync(fd)
    const last = Buffer.from('\n')
    if (size > 0) readSync(fd, last, { position: size - 1 })
    return last.toString() !== '\n'
  } finally {
    closeSync(fd)
  }
}

/**
 * Opens a log file that pino-roll rolls: `dockstat.log` becomes `dockstat.1.log`, `dockstat.2.log` and so on.
 * Writes are synchronous, because otherwise pino-roll does not count the file that it just opened among those to keep.
 * If the file or its folder is removed or moved, both are created again. A torn last line is ended first. Rejects if
 * the folder is not writable.
 */
export async function openLogFile ({ file, logsize, LogCount, onError }: LogFileOptions): Promise<LineStream> {
  const { default: roll } = await import('pino-roll')
  const limit = { count: LogCount, removeOtherLogFiles: true }
  const stream = await roll({ file: withExtension(file), size: `${logsize}m`, limit, mkdir: true, sync: true })
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
  if (isTorn(stream.file)) write('\n')
  return { write, close }
}

/**
 * Creates a stream that opens with the first line and buffers lines until then, so that startup does not wait for the
 * log file, which is slow to load.
 * @param open must not reject
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
