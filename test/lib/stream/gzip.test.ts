import { gunzipSync } from 'node:zlib'
import t from 'tap'
import { GZIP_HEAD } from '../../../lib/stream/gzip.ts'
import { Piece } from '../../../lib/stream/piece.ts'
import { Trailer } from '../../../lib/stream/trailer.ts'

const large = (letter: string) => new Piece(letter.repeat(100_000))

t.test('any selection of pieces is a valid gzip file', async t => {
  const pieces = [new Piece(''), new Piece('a short one'), large('x'), new Piece('y'), large('z'), new Piece('ä€😀')]
  await Promise.all(pieces.filter(piece => !piece.isReady('gzip')).map(piece => piece.prepare()))
  for (let chosen = 0; chosen < 2 ** pieces.length; chosen++) {
    const some = pieces.filter((_, index) => chosen & 2 ** index)
    const trailer = new Trailer()
    for (const piece of some) trailer.add(piece)
    const file = Buffer.concat([GZIP_HEAD, ...some.map(piece => piece.in('gzip')), trailer.bytes])
    if (!gunzipSync(file).equals(Buffer.concat(some.map(({ plain }) => plain)))) t.fail(`selection ${chosen}`)
  }
  t.pass('of 64')
})

t.test('compresses a piece once, and a small one not at all', async t => {
  const piece = large('x')
  t.notOk(piece.isReady('gzip'))
  t.ok(piece.isReady('identity'))
  t.equal(piece.in('identity'), piece.plain)
  t.equal(piece.prepare(), piece.prepare())
  await piece.prepare()
  t.ok(piece.isReady('gzip'))
  t.ok(piece.in('gzip').length < 1000)
  t.equal(piece.in('gzip'), piece.in('gzip'))
  const small = new Piece('small')
  t.ok(small.isReady('gzip'))
  t.equal(small.in('gzip'), small.in('gzip'))
})
