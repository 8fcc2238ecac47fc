import zlib from 'node:zlib'
import t from 'tap'
import { compress, encodingFor } from '../../../lib/http/compress.ts'

const hasZstd = 'zstdCompress' in zlib

t.test('chooses the best accepted encoding', async t => {
  const cases = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'br'],
    ['gzip, deflate, br, zstd', hasZstd ? 'zstd' : 'br'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['br;q=0', 'identity'],
    ['*;q=0', 'identity'],
    ['deflate', 'identity']
  ] as const
  for (const [accepted, encoding] of cases) t.equal(encodingFor(accepted), encoding, String(accepted))
})

t.test('compresses losslessly, once per buffer', async t => {
  const bytes = Buffer.from('container '.repeat(1000))
  for (const [encoding, decompress] of [['gzip', zlib.gunzipSync], ['br', zlib.brotliDecompressSync]] as const) {
    const compressed = await compress(bytes, encoding)
    t.ok(compressed.length < bytes.length / 10)
    t.strictSame(decompress(compressed), bytes, encoding)
    t.equal(await compress(bytes, encoding), compressed)
  }
  t.equal(await compress(bytes, 'identity'), bytes)
})

t.test('does not compress small bodies', async t => {
  const bytes = Buffer.from('{}')
  t.equal(await compress(bytes, 'gzip'), bytes)
})
