import zlib from 'node:zlib'
import t from 'tap'
import { compress, encodingFor } from '../../../lib/http/compress.ts'

const hasZstd = 'zstdCompress' in zlib

t.test('the best encoding that is let in', async t => {
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

t.test('what is compressed is the same bytes again, and made once', async t => {
  const bytes = Buffer.from('container '.repeat(1000))
  for (const [encoding, decompress] of [['gzip', zlib.gunzipSync], ['br', zlib.brotliDecompressSync]] as const) {
    const compressed = await compress(bytes, encoding)
    t.ok(compressed.length < bytes.length / 10)
    t.strictSame(decompress(compressed), bytes, encoding)
    t.equal(await compress(bytes, encoding), compressed)
  }
  t.equal(await compress(bytes, 'identity'), bytes)
})

t.test('few bytes stay as they are', async t => {
  const bytes = Buffer.from('{}')
  t.equal(await compress(bytes, 'gzip'), bytes)
})
