import { promisify } from 'node:util'
import zlib from 'node:zlib'
import Negotiator from 'negotiator'
import { memoize, memoizeText } from '../memoize.ts'

/** Bytes from which compression is worth it: less fits into one packet anyway. */
const WORTHWHILE = 1400

/** Encodings, best first, with the function of `node:zlib`; an old one may lack it. */
const METHODS = [
  ['zstd', 'zstdCompress', {}],
  ['br', 'brotliCompress', { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }], // 11, its default, takes seconds
  ['gzip', 'gzip', {}]
] as const

const compressors: ReadonlyMap<string, (bytes: Buffer) => Buffer | Promise<Buffer>> =
  new Map(METHODS.flatMap(([encoding, method, options]) => {
    const run: unknown = Reflect.get(zlib, method)
    if (typeof run !== 'function') return []
    const compress: (bytes: Buffer, options: object) => Promise<Buffer> = promisify(run as typeof zlib.brotliCompress)
    return [[encoding, memoize((bytes: Buffer) => compress(bytes, options))] as const]
  }))

const OFFERED = [...compressors.keys(), 'identity']

type Choose = (this: Negotiator, offered: readonly string[], options: { preferred: string[] }) => string | undefined
const choose: Choose = Negotiator.prototype.encoding // its types lack the options

/** The best encoding that an `Accept-Encoding` header lets in, `identity` for none. */
export const encodingFor = memoizeText((accepted): string => {
  if (accepted === '') return 'identity'
  const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } })
  return choose.call(negotiator, OFFERED, { preferred: OFFERED }) ?? 'identity'
})

/** Compresses off the main thread, once for the same bytes, which are there at once then; few stay as they are. */
export function compress (bytes: Buffer, encoding: string): Buffer | Promise<Buffer> {
  const compressor = compressors.get(encoding)
  return compressor && bytes.length >= WORTHWHILE ? compressor(bytes) : bytes
}
