import {
  existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { nextTick } from 'node:process'
import { setImmediate } from 'node:timers/promises'
import { promisify } from 'node:util'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import t, { type Test } from 'tap'
import {
  createLateStream, createLogging, openLogFile, type LineStream, type LogFileOptions
} from '../../../lib/process/log.ts'
import { folder } from '../../support/folder.ts'
import { until } from '../../support/until.ts'

const MEGABYTE = 1024 ** 2
const LINE = `${'x'.repeat(1023)}\n`
const CHUNK = LINE.repeat(64)

/** A stream and what has been written to it. */
function sink () {
  const stdout = new PassThrough()
  let text = ''
  stdout.on('data', chunk => { text += chunk })
  return { stdout, text: () => text }
}

async function open (t: Test, options: Partial<LogFileOptions> & { file: string }) {
  const onError = (error: unknown) => t.fail('cannot be written', { error })
  const log = await openLogFile({ logsize: 1, LogCount: 3, onError, ...options })
  t.teardown(() => log.close())
  return log
}

async function writeMegabytes (log: LineStream, megabytes: number) {
  for (let written = 0; written < megabytes * MEGABYTE; written += CHUNK.length) {
    log.write(CHUNK)
    await setImmediate()
  }
}

const fileCount = (path: string) => readdirSync(path).length

/** The files in a folder, oldest first. Throws if a file is removed at the same time. */
const logFiles = (path: string) => readdirSync(path)
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  .map(name => ({ name, size: statSync(join(path, name)).size }))

t.test('writes JSON lines to standard output', async t => {
  const { stdout, text } = sink()
  const { logger } = await createLogging(stdout, false)
  logger.info({ host: 'nas' }, 'hello')
  t.match(JSON.parse(text()), { level: 30, host: 'nas', msg: 'hello' })
  t.ok(text().endsWith('}\n'))
})

t.test('writes readable lines to a terminal', async t => {
  const { stdout, text } = sink()
  const { logger } = await createLogging(stdout, true)
  logger.warn({ host: 'nas' }, 'hello')
  t.match(text(), /WARN.*hello.*nas/)
  t.notMatch(text(), /"level"|hostname|pid/)
  t.equal(text().trim().split('\n').length, 1)
})

t.test('writes the same lines of all enabled levels to an added stream', async t => {
  const { stdout, text } = sink()
  const { logger, streams } = await createLogging(stdout, false)
  let joined = ''
  logger.info('before')
  streams.add({ level: 'trace', stream: { write: (line: string) => { joined += line } } })
  logger.level = 'trace'
  logger.trace('after')
  t.match(joined, /"level":10.*"after"/)
  t.notMatch(joined, 'before')
  t.ok(text().endsWith(joined))
})

t.test('logs requests without headers and query', async t => {
  const { stdout, text } = sink()
  const loggerInstance: FastifyBaseLogger = (await createLogging(stdout, false)).logger
  const app = Fastify({ loggerInstance })
  t.teardown(() => app.close())
  app.get('/stats', async () => 'ok')
  await app.inject({ url: '/stats?token=hunter2', headers: { authorization: 'hunter2', cookie: 'a=hunter2' } })
  await app.inject({ url: '/absent?token=hunter2' })
  const requests = text().split('\n').filter(line => line.includes('"req":')).map(line => JSON.parse(line).req)
  t.strictSame(requests, ['/stats', '/absent'].map(path => ({ method: 'GET', path, remoteAddress: '127.0.0.1' })))
  t.match(text(), '"statusCode":200')
  t.notMatch(text(), /authorization|cookie/)
})

t.test('keeps the latest lines in LogCount files of logsize after 10 MB', async t => {
  for (const LogCount of [1, 3]) {
    const path = join(folder(t), 'logs')
    const log = await open(t, { file: join(path, 'dockstat.log'), LogCount })
    await writeMegabytes(log, 10)
    log.write('the last line\n')
    await until(() => fileCount(path) <= LogCount)
    const files = logFiles(path)
    t.equal(files.length, LogCount)
    for (const { name, size } of files) {
      t.match(name, /^dockstat\.\d+\.log$/)
      t.ok(size <= MEGABYTE + CHUNK.length, `${name} has ${size} bytes`)
    }
    t.match(readFileSync(join(path, files.at(-1)?.name ?? ''), 'utf8'), /the last line\n$/)
  }
})

t.test('continues the latest file after a restart, and still keeps LogCount files', async t => {
  const path = folder(t)
  const file = join(path, 'dockstat.log')
  const first = await open(t, { file })
  await writeMegabytes(first, 4.5)
  first.close()
  await until(() => fileCount(path) === 3)
  const { name, size } = logFiles(path).at(-1) ?? { name: '', size: 0 }
  const second = await open(t, { file })
  second.write(LINE)
  t.strictSame(logFiles(path).at(-1), { name, size: size + LINE.length })
  await writeMegabytes(second, 5)
  await until(() => fileCount(path) <= 3)
  const files = logFiles(path)
  t.equal(files.length, 3)
  t.notOk(files.some(file => file.name === name), 'files of the first run are removed too')
})

t.test('starts on a new line after one that a killed process left torn', async t => {
  const path = folder(t)
  for (const [before, after] of [['{"a":1}\n{"b', '{"a":1}\n{"b\n'], ['{"a":1}\n', '{"a":1}\n'], ['', '']] as const) {
    writeFileSync(join(path, 'dockstat.1.log'), before)
    const log = await open(t, { file: join(path, 'dockstat.log') })
    log.write(LINE)
    t.equal(readFileSync(join(path, 'dockstat.1.log'), 'utf8'), after + LINE)
    log.close()
  }
})

t.test('does not remove other files in the folder', async t => {
  const path = folder(t)
  writeFileSync(join(path, 'other.txt'), 'mine')
  const log = await open(t, { file: join(path, 'dockstat.log'), LogCount: 1 })
  await writeMegabytes(log, 3)
  await until(() => fileCount(path) <= 2)
  t.equal(readFileSync(join(path, 'other.txt'), 'utf8'), 'mine')
})

t.test('puts the number before the extension, or before .log if that has less than two characters', async t => {
  const cases = { 'dockstat.log': 'dockstat.1.log', log: 'log.1.log', 'a.b': 'a.b.1.log', 'a.json': 'a.1.json' }
  for (const [name, expected] of Object.entries(cases)) {
    const path = folder(t)
    const log = await open(t, { file: join(path, name) })
    log.write(LINE)
    t.strictSame(readdirSync(path), [expected])
  }
})

t.test('rejects a folder that is not writable', async t => {
  const path = join(folder(t), 'file')
  writeFileSync(path, '')
  await t.rejects(open(t, { file: join(path, 'dockstat.log') }), /ENOTDIR|EEXIST/)
  await t.rejects(open(t, { file: join(path, 'logs/dockstat.log') }), /ENOTDIR|EEXIST/)
})

t.test('reports a folder that disappears once, and drops later lines', async t => {
  const path = join(folder(t), 'logs')
  const errors: unknown[] = []
  const log = await open(t, { file: join(path, 'dockstat.log'), onError: error => errors.push(error) })
  log.write(LINE.repeat(1024))
  rmSync(path, { recursive: true })
  writeFileSync(path, 'a file in its place')
  await until(() => errors.length)
  log.write(LINE)
  await setImmediate()
  log.write(LINE)
  t.match(errors, [/ENOTDIR|EEXIST/])
  t.equal(errors.length, 1)
  t.equal(readFileSync(path, 'utf8'), 'a file in its place')
})

t.test('creates a file again after it was moved, or removed with its folder', async t => {
  const path = join(folder(t), 'logs')
  const log = await open(t, { file: join(path, 'dockstat.log') })
  log.write('one\n')
  rmSync(path, { recursive: true })
  log.write('two\n')
  log.write('three\n')
  t.equal(readFileSync(join(path, 'dockstat.1.log'), 'utf8'), 'two\nthree\n')
  await setImmediate()
  renameSync(join(path, 'dockstat.1.log'), join(path, 'saved'))
  log.write('four\n')
  t.equal(readFileSync(join(path, 'saved'), 'utf8'), 'two\nthree\n')
  t.equal(readFileSync(join(path, 'dockstat.1.log'), 'utf8'), 'four\n')
})

t.test('reports a full disk once, and drops later lines', {
  skip: existsSync('/dev/full') ? false : 'there is no /dev/full here'
}, async t => {
  const path = folder(t)
  symlinkSync('/dev/full', join(path, 'dockstat.1.log'))
  const errors: unknown[] = []
  const log = await open(t, { file: join(path, 'dockstat.log'), onError: error => errors.push(error) })
  for (let count = 0; count < 3; count++) {
    log.write(LINE)
    await setImmediate()
  }
  t.match(errors, [{ code: 'ENOSPC' }])
  t.equal(errors.length, 1)
})

t.test('does not crash on errors after the first one', async t => {
  const path = join(folder(t), 'back\\slash')
  mkdirSync(path)
  const errors: unknown[] = []
  const log = await open(t, { file: join(path, 'dockstat.log'), onError: error => errors.push(error) })
  for (let roll = 0; roll < 2; roll++) {
    log.write(LINE.repeat(1024))
    await promisify(nextTick)()
  }
  t.strictSame(errors, [], 'pino-roll is still looking for old files, in a folder that it does not find')
  t.equal(fileCount(path), 3)
  await until(() => errors.length)
  await setImmediate()
  await setImmediate()
  t.equal(errors.length, 1)
})

t.test('ignores closing twice and writing afterwards', async t => {
  const path = folder(t)
  const log = await open(t, { file: join(path, 'dockstat.log') })
  log.write(LINE)
  log.close()
  log.close()
  log.write(LINE)
  t.strictSame(logFiles(path), [{ name: 'dockstat.1.log', size: LINE.length }])
})

t.test('opens a late stream with the first line, and buffers lines until it is open', async t => {
  const done: string[] = []
  const late = createLateStream(async () => {
    done.push('open')
    await setImmediate()
    return { write: line => done.push(line), close: () => done.push('close') }
  })
  t.same(done, [])
  late.write('one')
  late.write('two')
  t.same(done, ['open'])
  await late.close()
  late.write('three')
  t.same(done, ['open', 'one', 'two', 'close', 'three'])
})

t.test('never opens a late stream without lines', async () => {
  const late = createLateStream(async () => { throw new Error('opened') })
  await late.close()
})

t.test('reports once if the file cannot be created again', async t => {
  const path = join(folder(t), 'logs')
  const errors: unknown[] = []
  const log = await open(t, { file: join(path, 'dockstat.log'), onError: error => errors.push(error) })
  log.write(LINE)
  rmSync(path, { recursive: true })
  writeFileSync(path, 'a file in the place of the folder')
  for (let lines = 0; lines < 3; lines++) log.write(LINE)
  await until(() => errors.length)
  await setImmediate()
  t.equal(errors.length, 1)
})
