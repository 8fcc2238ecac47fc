import { promisify } from 'node:util'
import zlib from 'node:zlib'

const deflateRaw: (bytes: Buffer, options: zlib.ZlibOptions) => Promise<Buffer> = promisify(zlib.deflateRaw)

/** The header of a gzip member (RFC 1952): deflate, no name, no time, unknown system. */
export const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff])

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
