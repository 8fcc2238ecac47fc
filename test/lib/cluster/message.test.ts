import { deflateRawSync } from 'node:zlib'
import t from 'tap'
import { decode, encode, senderOf } from '../../../lib/cluster/message.ts'

t.test('a message says who sent it before it is inflated', async t => {
  const message = { kind: 'ask', hosts: ['a host', 'ü'] } as const
  const bytes = await encode('some-ID_1', message)
  t.equal(senderOf(bytes), 'some-ID_1')
  t.strictSame(decode(bytes), message)
})

t.test('what repeats takes few bytes', async t => {
  const hosts = Array.from({ length: 1000 }, (_, index) => `host-${index}.example`)
  t.ok((await encode('me', { kind: 'ask', hosts })).length < JSON.stringify(hosts).length / 4)
})

t.test('something else is refused', async t => {
  for (const bytes of ['', 'me', 'me ', 'me {"kind":"bye"}', '\0\0\0']) t.throws(() => decode(Buffer.from(bytes)))
  t.throws(() => decode(Buffer.concat([Buffer.from('me '), deflateRawSync('no JSON')])), SyntaxError)
  t.equal(senderOf(Buffer.from('without a space')), 'without')
  t.equal(senderOf(Buffer.from('none')), '')
})
