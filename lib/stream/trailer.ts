import { combine } from './crc.ts'
import type { Piece } from './piece.ts'

/** A final block of deflate (RFC 1951) without data. */
const LAST_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff])

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
