import { Readable } from 'node:stream'
import t from 'tap'
import { readLines } from '../../../lib/engine/ndjson.ts'

const pieces = (...chunks: (string | Uint8Array)[]) =>
  Readable.from(chunks.map(chunk => Buffer.from(chunk)), { objectMode: false })

async function read (...chunks: (string | Uint8Array)[]): Promise<unknown[]> {
  const values = []
  for await (const value of readLines(pieces(...chunks))) values.push(value)
  return values
}

t.test('reads one value per line, regardless of chunk boundaries', async t => {
  t.strictSame(await read('{"a":1}\n{"a":2}\n'), [{ a: 1 }, { a: 2 }])
  t.strictSame(await read('{"a"', ':1}\n{"a":', '2}', '\n'), [{ a: 1 }, { a: 2 }])
  const text = Buffer.from('{"name":"ünï-🔑"}\n')
  t.strictSame(await read(...[...text].map(byte => Uint8Array.of(byte))), [{ name: 'ünï-🔑' }], 'within a character')
})

t.test('skips invalid JSON and an incomplete last line', async t => {
  t.strictSame(await read('\n \x1e\nnot JSON\nnull\n{"a":1}\n{"a":'), [{ a: 1 }])
  t.strictSame(await read('{"a":1}\n{"a":', '2}'), [{ a: 1 }, { a: 2 }], 'complete, although unterminated')
})

t.test('rejects an endless line', async t => {
  await t.rejects(read('x'.repeat(2 ** 20), 'x'), { message: 'maximum buffer reached' })
})
