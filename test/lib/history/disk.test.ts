import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import LibSql from 'libsql'
import t, { type Test } from 'tap'
import { createHistory, DAY, HOUR, MINUTE, NOON } from '../../support/history.ts'
import { folder } from '../../support/folder.ts'

const run = promisify(execFile)

/** Reads a database with a client that is not ours. */
async function ask (file: string, sql: string): Promise<unknown[][]> {
  const program = 'import json, sqlite3, sys\n' +
    'print(json.dumps(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]).fetchall()))'
  const { stdout } = await run('python3', ['-c', program, file, sql])
  return JSON.parse(stdout)
}

const BEGUN = 'warn Cannot use the history file; the history is only in memory now: '
const ENDED = 'info The history is written to disk again'

t.test('writes a file that only the user can read, and that other SQLite clients can', async t => {
  const { file, run, poll, history } = createHistory(t)
  await run(20 * MINUTE, { cpuCores: 0.25 })
  poll(15_000, { cpuCores: 0.5 })
  await history.close()
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.strictSame(await ask(file, 'PRAGMA user_version'), [[1]])
  t.strictSame(await ask(file, 'PRAGMA integrity_check'), [['ok']])
  t.strictSame(await ask(file, 'SELECT host, name FROM series ORDER BY name'), [['nas', ''], ['nas', 'web']])
  t.strictSame(await ask(file, 'SELECT id, last - first FROM containers'), [['aa', 1210]])
  t.strictSame(await ask(file, `SELECT time, samples, cpu_cores_avg, memory_bytes_max, rx_bytes_per_second_avg
    FROM minutes_by_name WHERE name = 'web' ORDER BY at DESC LIMIT 2`), [
    ['2026-11-23 12:20:00', 3, 0.5, 1000, null],
    ['2026-11-23 12:19:00', 12, 0.25, 1000, null]
  ])
  t.strictSame(await ask(file, "SELECT time, samples, cpu_cores_max FROM quarters_by_name WHERE name = ''"), [
    ['2026-11-23 12:00:00', 180, 0.25]
  ])
})

t.test('keeps names as they are', async t => {
  const name = "it's \"a\" \\ ☃ ''; DROP TABLE minutes; --"
  const { file, history, poll, last } = createHistory(t)
  poll(5000, {}, { name })
  await history.close()
  t.strictSame(await ask(file, "SELECT name FROM series WHERE name <> ''"), [[name]])
  t.strictSame((await last(5000, { name })).cpuCores.avg, [1])
})

t.test('deletes minutes after a day, and the rest after 30 days', async t => {
  const { file, clock, run } = createHistory(t)
  const first = async (table: string) => Number((await ask(file, `SELECT min(at) FROM ${table}`))[0]?.[0]) * 1000
  await run(16 * MINUTE, {}, { name: 'old' })
  clock.now = NOON + DAY + 16 * MINUTE
  await run(10 * MINUTE)
  t.equal(await first('minutes'), NOON + DAY + 16 * MINUTE)
  t.equal(await first('quarters'), NOON)
  t.strictSame(await ask(file, "SELECT name FROM series WHERE name <> '' ORDER BY name"), [['old'], ['web']])
  clock.now = NOON + 30 * DAY + 20 * MINUTE
  await run(26 * MINUTE)
  t.ok(await first('quarters') > NOON + DAY)
  t.strictSame(await ask(file, "SELECT name FROM series WHERE name <> ''"), [['web']])
})

t.test('survives a clock that is set back and ahead', async t => {
  const { clock, run, last, file } = createHistory(t)
  await run(HOUR)
  clock.now -= 30 * MINUTE
  await run(5 * MINUTE, { cpuCores: 3 })
  t.strictSame((await last(5 * MINUTE)).cpuCores.avg.slice(-3), [3, 3, 3])
  clock.now += 30 * DAY
  await run(5 * MINUTE, { cpuCores: 4 })
  t.strictSame((await last(5 * MINUTE)).cpuCores.avg.slice(-3), [4, 4, 4])
  clock.now -= 30 * DAY
  await run(5 * MINUTE, { cpuCores: 5 })
  t.strictSame((await last(5 * MINUTE)).cpuCores.avg.slice(-3), [5, 5, 5])
  t.strictSame(await ask(file, 'SELECT count(*) >= 50 FROM minutes WHERE series = 1'), [[1]], 'little was deleted')
})

t.test('goes on in memory while another program has locked the file', async t => {
  const { file, log, run, last, history } = createHistory(t)
  await run(2 * MINUTE, { cpuCores: 1 })
  const other = new LibSql(file)
  other.exec('BEGIN EXCLUSIVE')
  await run(2 * MINUTE, { cpuCores: 2 })
  t.strictSame(log, [`${BEGUN}database is locked`])
  t.strictSame((await last(MINUTE)).cpuCores.avg, Array(12).fill(2))
  t.match(history.figures, { fileBytes: null, writes: { success: 2, failure: 2 } })
  other.exec('ROLLBACK')
  await run(MINUTE, { cpuCores: 3 })
  t.strictSame(log, [`${BEGUN}database is locked`, ENDED])
  other.close()
  t.strictSame(await ask(file, 'SELECT cpu_cores_avg FROM minutes WHERE series = 1'), [[1], [1], [2], [2], [3]],
    'what could not be written was written later')
})

for (const [what, damage] of Object.entries({
  'has other contents': (file: string) => writeFileSync(file, 'x'.repeat(10_000)),
  'was truncated': (file: string) => truncateSync(file, 5000),
  'has a broken page': (file: string) => {
    const bytes = readFileSync(file)
    writeFileSync(file, bytes.fill(0xff, 4096))
  }
})) {
  t.test(`puts a file aside that ${what}, and begins a new one`, async t => {
    const first = createHistory(t)
    await first.run(2 * MINUTE)
    await first.history.close()
    damage(first.file)
    const { history, log, run, last } = createHistory(t, { file: first.file, now: first.clock.now })
    await history.open()
    await last(HOUR)
    await run(3 * MINUTE, { cpuCores: 2 })
    t.match(log, [/^warn The history file is broken \(.*\); a new one is begun$/])
    t.equal(log.length, 1)
    const names = readdirSync(dirname(first.file))
    t.equal(names.filter(name => /^history\.db\.broken-2[\dTZ.-]+$/.test(name)).length, 1, names.join())
    t.strictSame(await ask(first.file, 'SELECT max(cpu_cores_max) FROM minutes'), [[2]])
  })
}

t.test('leaves the database of another program alone', async t => {
  const file = join(folder(t), 'other.db')
  const other = new LibSql(file)
  other.exec('CREATE TABLE mine (a)')
  other.close()
  const { history, log, run, last } = createHistory(t, { file })
  await history.open()
  await run(2 * MINUTE)
  t.strictSame(log, [`${BEGUN}it belongs to another program, or another version of this one`])
  t.equal((await last(15 * MINUTE)).cpuCores.avg.at(-1), 1)
  t.strictSame(await ask(file, 'SELECT name FROM sqlite_schema'), [['mine']])
})

t.test('warns once if the folder cannot be made, and writes as soon as it can be', async t => {
  const place = join(folder(t), 'data')
  writeFileSync(place, 'a file')
  const { history, log, run } = createHistory(t, { file: join(place, 'history.db') })
  await history.open()
  await run(3 * MINUTE)
  t.match(log, [/^warn Cannot use the history file; .*EEXIST|ENOTDIR/])
  rmSync(place)
  await run(MINUTE)
  t.strictSame(log.slice(1), [ENDED])
  t.strictSame(await ask(join(place, 'history.db'), 'SELECT count(*) FROM minutes WHERE series = 1'), [[4]])
})

t.test('begins a new file if it was deleted', async t => {
  const { file, log, run } = createHistory(t)
  await run(2 * MINUTE)
  rmSync(dirname(file), { recursive: true })
  await run(2 * MINUTE)
  t.match(log, [/ENOENT/, ENDED])
  t.strictSame(await ask(file, 'SELECT count(*) FROM minutes WHERE series = 1'), [[2]])
})

const skip = process.getuid?.() === 0 ? false : 'only root can mount a small disk'

/** A file system of one megabyte. */
async function smallDisk (t: Test): Promise<string> {
  const path = folder(t)
  await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path])
  t.teardown(() => run('umount', ['-l', path]))
  return path
}

t.test('goes on in memory while the disk is full', { skip }, async t => {
  const disk = await smallDisk(t)
  const { log, run, last } = createHistory(t, { file: join(disk, 'history.db') })
  await run(2 * MINUTE)
  const filler = join(disk, 'filler')
  try {
    for (;;) writeFileSync(filler, 'x'.repeat(4096), { flag: 'a' })
  } catch {}
  await run(30 * MINUTE, { cpuCores: 2 })
  t.match(log, [/^warn Cannot use the history file; the history is only in memory now: .*(full|ENOSPC|I\/O)/])
  t.equal(log.length, 1)
  t.equal((await last(MINUTE)).cpuCores.avg.at(-1), 2)
  rmSync(filler)
  await run(2 * MINUTE, { cpuCores: 3 })
  t.equal(log.at(-1), ENDED)
  t.strictSame(await ask(join(disk, 'history.db'), 'SELECT max(cpu_cores_max) FROM minutes'), [[3]])
  t.strictSame(await ask(join(disk, 'history.db'), 'PRAGMA integrity_check'), [['ok']])
})
