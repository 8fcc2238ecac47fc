import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { Output } from '../../../lib/process/output.ts'
import { folder } from '../../support/folder.ts'
import { until } from '../../support/until.ts'

const MEGABYTE = 1024 ** 2
const noFull = existsSync('/dev/full') ? false : 'there is no /dev/full here'

const line = (number: number) => `${String(number).padStart(1022, '0')}\n`

function open (t: Test, path: string, flags: number) {
  const fd = openSync(path, flags)
  let isOpen = true
  const close = () => {
    if (isOpen) closeSync(fd)
    isOpen = false
  }
  t.teardown(close)
  return { fd, close }
}

/** A pipe whose reader can be closed and replaced. */
function createPipe (t: Test) {
  const path = join(folder(t), 'pipe')
  execFileSync('mkfifo', [path])
  const openReader = () => open(t, path, constants.O_RDONLY | constants.O_NONBLOCK)
  const reader = openReader()
  return { reader, openReader, writer: open(t, path, constants.O_WRONLY | constants.O_NONBLOCK) }
}

/** Reads everything that is available now. */
function read (fd: number): string {
  const chunks = []
  const chunk = Buffer.alloc(65536)
  try {
    for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk)) {
      chunks.push(Buffer.from(chunk.subarray(0, length)))
    }
  } catch {}
  return Buffer.concat(chunks).toString()
}

t.test('writes lines at once', async t => {
  const path = join(folder(t), 'out')
  const output = new Output(open(t, path, constants.O_WRONLY | constants.O_CREAT))
  output.write('one\n')
  output.write('two\n')
  t.equal(readFileSync(path, 'utf8'), 'one\ntwo\n')
})

t.test('drops lines if the disk is full', { skip: noFull }, async t => {
  const recoveries: number[] = []
  const output = new Output(open(t, '/dev/full', constants.O_WRONLY), lost => recoveries.push(lost))
  for (let count = 0; count < 3000; count++) output.write(line(count))
  await output.end(60_000)
  t.same(recoveries, [])
})

t.test('drops lines without a reader, and reports how many to the next one', async t => {
  const { reader, openReader, writer } = createPipe(t)
  const recoveries: number[] = []
  const output = new Output(writer, lost => recoveries.push(lost))
  output.write('before\n')
  t.equal(read(reader.fd), 'before\n')
  reader.close()
  for (let count = 0; count < 3000; count++) output.write(line(count))
  const { fd } = openReader()
  output.write('after\n')
  t.equal(read(fd), 'after\n')
  output.write('last\n')
  t.same(recoveries, [3000])
})

t.test('buffers a limited number of complete lines, in order, for a reader that stalls', async t => {
  const { reader, writer } = createPipe(t)
  const recoveries: number[] = []
  const output = new Output(writer, lost => recoveries.push(lost))
  for (let count = 0; count < 5000; count++) output.write(line(count))
  let text = ''
  await until(() => {
    text += read(reader.fd)
    return recoveries.length
  })
  text += read(reader.fd)
  const received = text.trimEnd().split('\n')
  t.same(received.map(Number), received.map((_, index) => index))
  t.ok(text.length > MEGABYTE && text.length < 1.1 * MEGABYTE, `${text.length} bytes`)
  t.same(recoveries, [5000 - received.length])
})

t.test('finishes a torn line for the next reader', async t => {
  const { reader, openReader, writer } = createPipe(t)
  const recoveries: number[] = []
  const output = new Output(writer, lost => recoveries.push(lost))
  const long = `${'x'.repeat(100_000)}\n`
  output.write(long)
  output.write('waits\n')
  const begin = read(reader.fd)
  t.ok(begin.length > 0 && begin.length < long.length)
  reader.close()
  await output.end(60_000)
  const { fd } = openReader()
  output.write('after\n')
  t.equal(begin + read(fd), `${long}after\n`)
  t.same(recoveries, [1])
})

t.test('drops a line that is too long, and reports it if there is a listener', async t => {
  const { reader, writer } = createPipe(t)
  const recoveries: number[] = []
  for (const output of [new Output(writer), new Output(writer, lost => recoveries.push(lost))]) {
    output.write(`${'x'.repeat(MEGABYTE)}\n`)
  }
  t.same(recoveries, [1])
  t.equal(read(reader.fd), '')
})

t.test('waits for a slow reader at the end', async t => {
  const { reader, writer } = createPipe(t)
  const output = new Output(writer)
  for (let count = 0; count < 200; count++) output.write(line(count))
  const ended = output.end(60_000).then(() => true)
  let text = ''
  while (!await Promise.race([ended, setImmediate(false)])) text += read(reader.fd)
  t.equal(text + read(reader.fd), Array.from({ length: 200 }, (_, count) => line(count)).join(''))
})

t.test('stops waiting at the end for a reader that stalls', async t => {
  const { reader, writer } = createPipe(t)
  const output = new Output(writer)
  for (let count = 0; count < 200; count++) output.write(line(count))
  await output.end(100)
  t.ok(read(reader.fd).length < 200 * 1023)
})

t.test('reopens a terminal without changing the flags of the original', async t => {
  const { reader, writer } = createPipe(t)
  const output = new Output({ fd: writer.fd, isTTY: true })
  writer.close()
  output.write('hello\n')
  t.equal(read(reader.fd), 'hello\n')
})

t.test('writes directly to a terminal that cannot be reopened', async t => {
  const { writer } = createPipe(t)
  writer.close()
  const output = new Output({ fd: writer.fd, isTTY: true })
  t.doesNotThrow(() => output.write('hello\n'))
  t.throws(() => writeSync(writer.fd, 'hello\n'), { code: 'EBADF' })
})
