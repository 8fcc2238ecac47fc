import LibSql from 'libsql'
import t from 'tap'
import { pages } from '../../support/documents.ts'
import { createHistory, MINUTE } from '../../support/history.ts'

const queries = pages.flatMap(({ commands }) => commands).filter(command => command.startsWith('sqlite3 '))
  .map(command => command.split('"')[1] ?? '')

t.test('the queries of the documentation find the container of its examples', async t => {
  const { file, run, history } = createHistory(t, { now: Date.now() })
  await run(20 * MINUTE, {}, { host: 'atlas', name: 'web' })
  await history.close()
  const database = new LibSql(file, { readonly: true })
  t.ok(queries.length >= 2)
  for (const query of queries) t.ok(database.prepare(query).all().length > 0, query)
  database.close()
})
