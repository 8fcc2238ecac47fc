import { createHash } from 'node:crypto'
import t from 'tap'
import { parse } from 'yaml'
import { token } from '../../commands/token.ts'
import { readDocument } from '../../lib/config/document.ts'
import { launch } from '../support/start.ts'

/** The token and the YAML in the printed text. */
function partsOf (text: string) {
  const [, printed = '', yaml = ''] = /\n\n {2}(\S+)\n\n.*\n\n(auth:\n.*)$/s.exec(text) ?? []
  return { printed, yaml }
}

const digestOf = (printed: string) => createHash('sha256').update(printed).digest('hex')

t.test('prints a token once, with its digest as an entry for the configuration', async t => {
  const text = token('grafana')
  const { printed, yaml } = partsOf(text)
  t.match(printed, /^[\w-]{43}$/)
  t.equal(text.split(printed).length, 2)
  t.match(text, /shown only now.*"Authorization: Bearer <token>"/)
  const entry = { name: 'grafana', sha256: digestOf(printed), scopes: ['stats', 'metrics'] }
  t.strictSame(parse(yaml), { auth: { tokens: [entry] } })
  t.match(yaml, '\n      scopes: [stats, metrics]\n')
  t.not(partsOf(token('grafana')).printed, printed)
})

t.test('quotes names so that the configuration reads them unchanged', async t => {
  for (const name of ['a: b', '#1', '123', 'null', '"', 'two\nlines', '*', 'a $B $$ $C', 'ä'.repeat(200)]) {
    const { yaml } = partsOf(token(name))
    const { data, problems } = readDocument(yaml, 'dockstat.yaml', {})
    t.strictSame(problems, [])
    t.match(data, { auth: { tokens: [{ name }] } })
  }
})

t.test('runs as a command, with a default name', async t => {
  for (const [args, name] of [[['token'], 'default'], [['token', 'my client'], 'my client']] as const) {
    const { ended, stdout, stderr } = launch(t, { args: [...args] })
    t.equal(await ended, 0)
    t.equal(stderr(), '')
    const { printed, yaml } = partsOf(stdout())
    t.match(parse(yaml), { auth: { tokens: [{ name, sha256: digestOf(printed) }] } })
  }
})
