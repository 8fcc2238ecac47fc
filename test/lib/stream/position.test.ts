import t from 'tap'
import { idLine, positionOf, type Position } from '../../../lib/stream/position.ts'

const idOf = (position: Position) => String(idLine('c0ffee', position).plain).replace(/^id: (.*)\n$/, '$1')

t.test('reads its own IDs', async t => {
  for (const host of [null, '', 'nas', 'a-b', 'Büro 2', '-']) {
    const position = { sequence: 7, host }
    t.strictSame(positionOf('c0ffee', idOf(position), 7), position, idOf(position))
  }
})

t.test('rejects all others', async t => {
  const position = { sequence: 7, host: null }
  t.equal(positionOf('beef', idOf(position), 7), null, 'of another process')
  t.equal(positionOf('c0ffee', idOf(position), 6), null, 'of the future')
  for (const id of ['', 'c0ffee', 'c0ffee-', 'c0ffee-x', 'c0ffee--1', 'c0ffee-1-ä', `c0ffee-${'9'.repeat(16)}`]) {
    t.equal(positionOf('c0ffee', id, 7), null, id)
  }
})
