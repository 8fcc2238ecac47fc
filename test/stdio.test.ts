import { execFileSync } from 'node:child_process'
import { closeSync, constants, existsSync, mkdirSync, openSync, readSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { folder } from './support/folder.ts'
import { refusals, refusalsLogged, refuse, urlOf } from './support/refuse.ts'
import { launch, start, type Service } from './support/start.ts'
import { noTerminal, onTerminal } from './support/terminal.ts'
import { until } from './support/until.ts'

t.jobs = 2

const noFull = existsSync('/dev/full') ? false : 'there is no /dev/full here'

/** Runs the service through a shell that redirects its output and then replaces itself. */
const redirect = (redirection: string) => (command: string[]) =>
  ['sh', '-c', `exec "$@" ${redirection}`, 'sh', ...command]

/** Creates a pipe that the test reads. */
function createPipe (t: Test) {
  const cwd = folder(t)
  const path = join(cwd, 'pipe')
  execFileSync('mkfifo', [path])
  let fd: number | null = null
  const pipe = {
    cwd,
    open () { fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK) },
    read (): string {
      const chunk = Buffer.alloc(65536)
      try {
        return chunk.toString('utf8', 0, readSync(fd ?? -1, chunk))
      } catch {
        return ''
      }
    },
    close () {
      if (fd !== null) closeSync(fd)
      fd = null
    }
  }
  pipe.open()
  t.teardown(() => pipe.close())
  return pipe
}

async function endsInOrder (t: Test, service: Service) {
  service.child.kill()
  t.equal(await service.ended, 0)
  t.match(service.logged().trimEnd().split('\n').at(-1), '"msg":"stopping"')
}

t.test('keeps running without a reader of standard output, and reports lost lines to the next one', async t => {
  const pipe = createPipe(t)
  const service = await start(t, { cwd: pipe.cwd, wrap: redirect('> pipe') })
  await until(() => service.logged().includes('Cannot reach the Docker Engine'))
  pipe.close()
  await refuse(service.url, 20)
  await refusalsLogged(service, 20)
  pipe.open()
  await refuse(service.url, 1)
  let text = ''
  const notice = await until(() => {
    text += pipe.read()
    return text.split('\n').find(line => line.includes('log lines were lost'))
  })
  t.match(JSON.parse(notice), { level: 40, lost: 20 })
  t.equal(refusals(text), 1)
  await refusalsLogged(service, 21)
  await endsInOrder(t, service)
})

t.test('keeps running behind `| head -1`', async t => {
  const wrap = (command: string[]) => ['bash', '-c', 'exec "$@" > >(head -1)', 'bash', ...command]
  const service = await start(t, { wrap })
  await until(() => service.lines().length)
  await refuse(service.url, 20)
  t.equal(service.lines().length, 1)
  await refusalsLogged(service, 20)
  await endsInOrder(t, service)
})

for (const redirection of ['> /dev/full', '2> /dev/full', '> /dev/full 2>&1']) {
  t.test(`starts and keeps running with ${redirection}`, { skip: noFull }, async t => {
    const service = launch(t, { wrap: redirect(redirection) })
    const url = await urlOf(service)
    await refuse(url, 20)
    await refusalsLogged(service, 20)
    await endsInOrder(t, service)
  })
}

t.test('creates the log file again after its folder was removed', async t => {
  const service = await start(t)
  await until(() => service.logged().includes('Cannot reach the Docker Engine'))
  rmSync(join(service.cwd, 'logs'), { recursive: true })
  await refuse(service.url, 5)
  await refusalsLogged(service, 5)
  await endsInOrder(t, service)
})

t.test('warns once if the disk of the log file is full, and keeps running', { skip: noFull }, async t => {
  const cwd = folder(t)
  mkdirSync(join(cwd, 'logs'))
  symlinkSync('/dev/full', join(cwd, 'logs/dockstat.1.log'))
  const service = await start(t, { cwd })
  await refuse(service.url, 5)
  await until(() => refusals(service.stdout()) === 5)
  service.child.kill()
  t.equal(await service.ended, 0)
  const warnings = service.stdout().split('\n').filter(line => line.includes('Cannot write the log file'))
  t.equal(warnings.length, 1)
  t.match(JSON.parse(warnings[0] ?? '{}'), { level: 40, msg: /ENOSPC/ })
})

t.test('exits with code 1 if it cannot start and standard error is full', { skip: noFull }, async t => {
  const service = launch(t, { wrap: redirect('2> /dev/full'), env: { PORT: 'http' } })
  t.equal(await service.ended, 1)
})

t.test('keeps running and stops gracefully while the reader of standard output and standard error stalls', async t => {
  const pipe = createPipe(t)
  const service = launch(t, { cwd: pipe.cwd, wrap: redirect('> pipe 2>&1') })
  const url = await urlOf(service)
  const path = `/${'x'.repeat(12_000)}`
  await refuse(url, 200, path)
  await refusalsLogged(service, 200)
  await endsInOrder(t, service)
})

t.test('keeps running while a terminal is stopped with Ctrl-S', { skip: noTerminal }, async t => {
  const service = await start(t, { wrap: onTerminal })
  service.child.stdin?.write('\x13')
  await refuse(service.url, 200)
  await refusalsLogged(service, 200)
  t.ok(service.stdout().split('request completed').length < 200)
  service.child.stdin?.write('\x11')
  await until(() => service.stdout().split('request completed').length === 201)
  service.child.stdin?.write('\x03')
  t.equal(await service.ended, 0)
})
