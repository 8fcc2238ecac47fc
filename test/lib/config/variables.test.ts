/* eslint no-template-curly-in-string: off -- the configuration has such variables of its own */
import t from 'tap'
import { expand } from '../../../lib/config/variables.ts'

const env = { NAME: 'nas', EMPTY: '', DOLLAR: '${NAME} $$' }

t.test('expands variables like Compose files', async t => {
  const cases = [
    ['plain', 'plain'],
    ['${NAME}', 'nas'],
    ['a${NAME}b${NAME}', 'anasbnas'],
    ['${EMPTY}', ''],
    ['${NAME:-other}', 'nas'],
    ['${EMPTY:-other}', 'other'],
    ['${NONE:-other}', 'other'],
    ['${NONE:-}', ''],
    ['${NONE:-${NAME}}', 'nas'],
    ['${NONE:-${ALSO_NONE:-a}b}c', 'abc'],
    ['${NONE:-a:-b $$ }', 'a:-b $ '],
    ['${NAME:?is needed}', 'nas'],
    ['$$', '$'],
    ['$${NAME}', '${NAME}'],
    ['$$$${NAME}', '$${NAME}'],
    ['$$${NAME}', '$nas'],
    ['costs 5$ or $5, 100 $', 'costs 5$ or $5, 100 $'],
    ['${DOLLAR}', '${NAME} $$'],
    ['a } b { c', 'a } b { c']
  ] as const
  for (const [text, expected] of cases) t.same(expand(text, env), { text: expected, problems: [] }, text)
})

t.test('reports unset variables', async t => {
  const cases = [
    ['${NONE}', 'the environment variable NONE is not set'],
    ['${NONE:?}', 'the environment variable NONE is not set'],
    ['${NONE:?choose a token}', 'the environment variable NONE is not set: choose a token'],
    ['${EMPTY:?choose a token}', 'the environment variable EMPTY is not set: choose a token'],
    ['${NONE:-${ALSO_NONE}}', 'the environment variable ALSO_NONE is not set']
  ] as const
  for (const [text, problem] of cases) t.match(expand(text, env), { problems: [problem] }, text)
})

t.test('rejects other forms instead of treating them as text', async t => {
  const forms = [
    '$NAME', 'a$NAME', '${}', '${', '${NAME', '${NAME-other}', '${NAME?}', '${NAME:+other}', '${env:NAME}', '${1}',
    '${NAME }', '${NAME:-${NONE:-a}', '${{NAME}}', '$_x'
  ]
  const problems = [/^this is not a valid variable: use \$\{NAME\}, .* or \$\$ for a literal \$$/]
  for (const form of forms) t.match(expand(form, env), { problems }, form)
})

t.test('does not find inherited object properties as variables', async t => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    for (const env of [process.env, {}]) {
      t.match(expand(`\${${name}}`, env), { problems: [/is not set/] }, name)
      t.match(expand(`\${${name}:-other}`, env), { text: 'other', problems: [] }, name)
    }
  }
  t.match(expand('${constructor}', Object.fromEntries([['constructor', 'mine']])), { text: 'mine', problems: [] })
})
