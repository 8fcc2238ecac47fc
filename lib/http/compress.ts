import { promisify } from 'node:util'
import zlib from 'node:zlib'
import Negotiator from 'negotiator'
import { memoize, memoizeText } from '../memoize.ts'

/** Minimum size in bytes: anything smaller fits into one packet anyway. */
export const WORTHWHILE = 1400

/** In order of preference. Older versions of Node.js lack zstd. */
const METHODS = [
  ['zstd', 'zstdCompress', {}],
  ['br', 'brotliCompress', { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }], // the default, 11, takes seconds
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

type Choose = (this: Negotiator, offered: readonly string[], options: { preferred: readonly string[] }) =>
  string | undefined
const choose: Choose = Negotiator.prototype.encoding // its types lack the options

const negotiate = <Offered extends string>(offered: readonly Offered[]) =>
  memoizeText((accepted): Offered | 'identity' => {
    if (accepted === '') return 'identity'
    const negotiator = new Negotiator({ headers: { 'accept-encoding': accepted } })
    const chosen = choose.call(negotiator, offered, { preferred: offered })
    return offered.find(encoding => encoding === chosen) ?? 'identity'
  })

/** The best encoding that an `Accept-Encoding` header allows, or `identity`. */
export const encodingFor = negotiate(OFFERED)

/** The same for streams: only blocks of gzip can be shared by clients that started at different times. */
export const streamEncodingFor = negotiate(['gzip', 'identity'] as const)

/** Compresses off the main thread, once per buffer; later calls return synchronously. Small buffers stay as is. */
export function compress (bytes: Buffer, encoding: string): Buffer | Promise<Buffer> {
  const compressor = compressors.get(encoding)
  return compressor && bytes.length >= WORTHWHILE ? compressor(bytes) : bytes
}
