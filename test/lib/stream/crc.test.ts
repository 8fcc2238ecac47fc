import { randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import t from 'tap'
import { combine, shiftBy } from '../../../lib/stream/crc.ts'

t.test('combines the checksums of two texts of any lengths', async t => {
  const lengths = [0, 1, 2, 7, 8, 255, 256, 1000, 65_536, 100_003]
  for (const first of lengths) {
    for (const second of lengths) {
      const [a, b] = [randomBytes(first), randomBytes(second)]
      const combined = combine(crc32(a), crc32(b), shiftBy(b.length))
      t.equal(combined, crc32(Buffer.concat([a, b])), `${first} and ${second} bytes`)
    }
  }
})
