import t from 'tap'
import { memoize, memoizeText } from '../../lib/memoize.ts'

t.test('calls the function once per object, even if it returns undefined', async t => {
  let makes = 0
  const count = memoize(({ length }: object[]) => {
    makes++
    return length === 0 ? undefined : makes
  })
  const [one, none]: object[][] = [[{}], []]
  if (!one || !none) throw new Error('never')
  t.strictSame([count(one), count(none), count(one), count(none), count([{}])], [1, undefined, 1, undefined, 3])
})

t.test('returns resolved values directly, and retries after a rejection', async t => {
  const answers = [Promise.reject(new Error('no')), Promise.resolve('yes')]
  const ask = memoize((_: object) => answers.shift())
  const key = {}
  await t.rejects(async () => ask(key), /no/)
  t.equal(await ask(key), 'yes')
  t.equal(ask(key), 'yes')
})

t.test('caches results per string, up to a limit', async t => {
  let finds = 0
  const count = memoizeText(header => `${header}${finds++}`)
  t.same([count('a'), count(undefined), count('a'), count('')], ['a0', '1', 'a0', '1'])
  for (let index = 0; index < 1000; index++) count(String(index))
  t.equal(count('a'), 'a1002')
})
