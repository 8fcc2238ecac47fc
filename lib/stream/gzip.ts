import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { combine } from './crc.ts'
import type { Piece } from './piece.ts'

const deflateRaw: (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer> = promisify(zlib.deflateRaw)

/** The header of a gzip member (RFC 1952): deflate, no name, no time, unknown system. */
export const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

/** A final block of deflate (RFC 1951) without data. */
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff])

/** What a stored block can hold. */
const MOST = 0xffff

/** A block of deflate that holds its bytes uncompressed. */
export function storedBlock (bytes: Buffer): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt16LE(bytes.length, 1)
  head.writeUInt16LE(MOST - bytes.length, 3)
  return Buffer.concat([head, bytes])
}

/** Compresses off the main thread into blocks that refer to nothing before them, so any stream can contain them. */
export const deflatedBlocks = (bytes: Buffer): Promise<Buffer> =>
  deflateRaw(bytes, { finishFlush: zlib.constants.Z_FULL_FLUSH })

/** Checksum and length of what one client has received, for the end of its gzip member. */
export class Trailer {
  #crc = 0
  #length = 0

  add ({ crc, shift, plain }: Piece): void {
    this.#crc = combine(this.#crc, crc, shift)
    this.#length += plain.length
  }

  /** The last bytes of the member. */
  get bytes (): Buffer {
    const sums = Buffer.alloc(8)
    sums.writeUInt32LE(this.#crc)
    sums.writeUInt32LE(this.#length % 2 ** 32, 4)
    return Buffer.concat([LAST_BLOCK, sums])
  }
}
