import t from 'tap'
import { labelText, sampleLines, type Reading } from '../../../../lib/views/metrics/family.ts'

const written = (reading: Reading, labels = '') =>
  sampleLines({ name: 'm', type: 'gauge', help: '', read: () => reading }, labels, null)

t.test('escapes label values and keeps UTF-8', async t => {
  const cases = [
    ['', ''],
    ['plain', 'plain'],
    ['C:\\temp', 'C:\\\\temp'],
    ['"quoted"', '\\"quoted\\"'],
    ['two\nlines', 'two\\nlines'],
    ['\\n', '\\\\n'],
    ['\\"\n', '\\\\\\"\\n'],
    ['ünï-🔑 {a="b"} # 1', 'ünï-🔑 {a=\\"b\\"} # 1'],
    ['nul\0', 'nul'],
    ['half \ud83d', 'half \ufffd']
  ] as const
  for (const [value, expected] of cases) t.equal(labelText({ a: value }), `a="${expected}"`, JSON.stringify(value))
})

t.test('omits unknown labels', async t => {
  t.equal(labelText({}), '')
  t.equal(labelText({ a: null, b: '1', c: undefined, d: '2' }), 'b="1",d="2"')
})

t.test('writes one line per value, and none if it is unknown', async t => {
  const cases = [
    [0, 'm 0\n'], [1.5, 'm 1.5\n'], [-0.25, 'm -0.25\n'], [25276510208, 'm 25276510208\n'], [1e21, 'm 1e+21\n'],
    [5e-7, 'm 5e-7\n'], [true, 'm 1\n'], [false, 'm 0\n'], [null, ''], [undefined, ''], [NaN, ''], [Infinity, '']
  ] as const
  for (const [value, expected] of cases) t.equal(written(value), expected, String(value))
})

t.test('writes one line per set of labels', async t => {
  t.equal(written([]), '')
  t.equal(written([{ labels: { a: '1' }, value: 3 }, { labels: { a: '2' }, value: null }, { labels: {}, value: 4 }]),
    'm{a="1"} 3\nm 4\n')
  t.equal(written([{ labels: { a: '1' }, value: true }, { labels: {}, value: 4 }], 'b="2"'),
    'm{b="2",a="1"} 1\nm{b="2"} 4\n')
  t.equal(written(7, 'b="2"'), 'm{b="2"} 7\n')
  t.equal(written([{ labels: { a: '1' }, value: 1 }, { labels: { a: '1\0' }, value: 2 }]), 'm{a="1"} 2\n')
})
