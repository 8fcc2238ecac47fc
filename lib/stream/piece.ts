import zlib from 'node:zlib'
import { WORTHWHILE } from '../http/compress.ts'
import { shiftBy } from './crc.ts'
import { deflatedBlocks, storedBlock } from './gzip.ts'

export type Encoding = 'identity' | 'gzip'

/** Bytes of a stream, compressed at most once for all clients. */
export class Piece {
  readonly plain: Buffer
  #gzip: Buffer | null = null
  #compressing: Promise<void> | null = null
  #crc: number | null = null
  #shift: number | null = null

  constructor (plain: Buffer | string) {
    this.plain = typeof plain === 'string' ? Buffer.from(plain) : plain
  }

  get crc (): number {
    this.#crc ??= zlib.crc32(this.plain)
    return this.#crc
  }

  get shift (): number {
    this.#shift ??= shiftBy(this.plain.length)
    return this.#shift
  }

  /** Whether the bytes can be sent without compressing them first. */
  isReady (encoding: Encoding): boolean {
    return encoding === 'identity' || this.plain.length < WORTHWHILE || this.#gzip !== null
  }

  prepare (): Promise<void> {
    this.#compressing ??= deflatedBlocks(this.plain).then(bytes => { this.#gzip = bytes })
    return this.#compressing
  }

  /** The bytes to send. Call it only if they are ready. */
  in (encoding: Encoding): Buffer {
    if (encoding === 'identity') return this.plain
    this.#gzip ??= storedBlock(this.plain)
    return this.#gzip
  }
}
