import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { folder } from '../../support/folder.ts'
import { createHistory } from '../../support/history.ts'
import { until } from '../../support/until.ts'

const WRITER = join(import.meta.dirname, '../../support/history-writer.ts')
const TS_NODE_PROJECT = join(import.meta.dirname, '../../../tsconfig.json')
const ROUNDS = 3

/** Reads a number from a database with a client that is not ours. */
const ask = (file: string, sql: string) => execFileSync('python3', ['-c',
  'import sqlite3, sys\nprint(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchone()[0])', file, sql], {
  encoding: 'utf8'
}).trim()

t.test('loses nothing that was written before kill -9', async t => {
  for (let round = 0; round < ROUNDS; round++) {
    const file = join(folder(t), 'history.db')
    const env = { ...process.env, TS_NODE_PROJECT }
    const child = spawn(process.execPath, [...process.execArgv, WRITER, file], { env })
    const ended = once(child, 'exit')
    t.teardown(() => child.kill('SIGKILL'))
    let said = ''
    child.stdout.on('data', chunk => { said += chunk })
    child.stderr.on('data', chunk => t.fail(String(chunk)))
    await until(() => said.split('\n').length > 20 + 7 * round)
    child.kill('SIGKILL')
    await ended
    const written = Number(said.trim().split('\n').at(-1))
    t.equal(ask(file, 'PRAGMA integrity_check'), 'ok')
    const minutes = Number(ask(file, 'SELECT count(DISTINCT at) FROM minutes'))
    t.ok(minutes === written || minutes === written + 1, `${minutes} minutes of ${written}`)
    t.equal(ask(file, 'SELECT count(*) FROM minutes'), `${minutes * 201}`, 'all containers of each, and the host')
    const { history, log, poll } = createHistory(t, { file })
    poll(5000)
    await history.close()
    t.strictSame(log, [])
  }
})
