import t from 'tap'
import { glob } from '../../../lib/model/glob.ts'

t.test('matches whole strings; * also matches slashes and dots', async t => {
  const cases = [
    ['web', 'web', true],
    ['web', 'web-1', false],
    ['web*', 'web-1', true],
    ['*', '.hidden', true],
    ['*', 'a/b', true],
    ['ghcr.io/*', 'ghcr.io/org/app:1.2', true],
    ['*:latest', 'registry:5000/x/y:latest', true],
    ['web.?', 'web.1', true],
    ['web.?', 'webx1', false],
    ['{web,db}-[12]', 'db-2', true],
    ['{web,db}-[12]', 'db-3', false],
    ['\\*', '*', true],
    ['!web', 'db', false],
    ['+(a)', 'aa', false],
    ['(', '(', true]
  ] as const
  for (const [pattern, text, isMatch] of cases) t.equal(glob(pattern)(text), isMatch, `${pattern} ${text}`)
})
