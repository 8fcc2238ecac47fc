import t from 'tap'
import { parseExposition } from './exposition.ts'

const TYPE = '# TYPE a gauge\n'

t.test('parses what the formats allow', async t => {
  const text = '# HELP a_total x\\n\\\\\n# TYPE a_total counter\na_total 1\na_total{b="x\\n\\"\\\\",c="🔑, }"} 2.5e+3\n'
  t.match([...parseExposition(text, 'text').values()], [{
    name: 'a_total',
    type: 'counter',
    series: [{ value: 1 }, { labels: new Map([['b', 'x\n"\\'], ['c', '🔑, }']]), value: 2500 }]
  }])
  const counter = '# TYPE a_seconds counter\n# UNIT a_seconds seconds\na_seconds_total 1\n'
  const info = '# TYPE b info\nb_info 1\n# EOF\n'
  t.strictSame([...parseExposition(counter + info, 'openmetrics').keys()], ['a_seconds', 'b'])
})

t.test('rejects everything else', async t => {
  const invalid = [
    'a 1\n', `${TYPE}a 1`, `${TYPE}a\n`, `${TYPE}a  1\n`, `${TYPE}a undefined\n`, `${TYPE}a 1 2\n`,
    `${TYPE}a{b="1",} 1\n`, `${TYPE}a{b="1" ,c="2"} 1\n`, `${TYPE}a{b='1'} 1\n`, `${TYPE}a{b-c="1"} 1\n`,
    `${TYPE}a{b="1\\t"} 1\n`,
    `${TYPE}a{b="1"",c="2"} 1\n`, `${TYPE}a{b="1",b="2"} 1\n`, `${TYPE}a 1\na 2\n`, `${TYPE}b 1\n`,
    `${TYPE}${TYPE}a 1\n`, `${TYPE}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n`, `${TYPE}a 1\n# HELP a x\n`,
    `${TYPE}a 1\n# TYPE b gauge\nb 1\n${TYPE}`, '# TYPE a counter\na -1\n', '# TYPE a counter\na NaN\n',
    '# TYPE a nothing\na 1\n', '# HELP a \\x\n', '#TYPE a gauge\n'
  ]
  for (const text of invalid) t.throws(() => parseExposition(text, 'text'), text)
  const others = [
    TYPE, `${TYPE}\n# EOF\n`, `# EOF\n${TYPE}`, '# TYPE a counter\na 1\n# EOF\n', '# TYPE a info\na_info 2\n# EOF\n',
    `${TYPE}# UNIT a seconds\n# EOF\n`
  ]
  for (const text of others) t.throws(() => parseExposition(text, 'openmetrics'), text)
})
