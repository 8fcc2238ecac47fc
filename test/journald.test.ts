import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { folder } from './support/folder.ts'
import { refusals, refusalsLogged, refuse, urlOf } from './support/refuse.ts'
import { launch } from './support/start.ts'
import { until } from './support/until.ts'

const JOURNALD = '/lib/systemd/systemd-journald'

/** Keeps the journal in the test's own /run, and leaves the log and the auditing of the kernel alone. */
const CONFIG = '[Journal]\nStorage=volatile\nReadKMsg=no\nAudit=\n'

function whatIsMissing () {
  if (!existsSync(JOURNALD)) return 'systemd is not installed'
  return spawnSync('unshare', ['--mount', 'true']).status === 0 ? false : 'only root can give journald its own /run'
}

const skip = whatIsMissing()
if (skip && process.env.REQUIRE_JOURNAL) throw new Error(`${skip}, and REQUIRE_JOURNAL is set`)

const run = promisify(execFile)

/** Prepares a journald whose files are in a temporary folder, which it and its clients see as /run. */
function createJournal (t: Test) {
  const root = folder(t)
  mkdirSync(join(root, 'systemd/journald.conf.d'), { recursive: true })
  writeFileSync(join(root, 'systemd/journald.conf.d/test.conf'), CONFIG)
  const inside = (command: string[]) => ['--mount', 'sh', '-c', 'mount --bind "$0" /run && exec "$@"', root, ...command]
  const isListening = () => spawnSync('unshare', inside(['systemd-cat', 'true'])).status === 0
  return {
    wrap: (command: string[]) => ['unshare', ...inside(['systemd-cat', '--identifier=dockstat', ...command])],
    /** Starts journald and returns a function that stops it. */
    async start () {
      const journald = spawn('unshare', inside([JOURNALD]), { stdio: 'ignore' })
      const ended = once(journald, 'close')
      const stop = async () => {
        journald.kill()
        await ended
      }
      t.teardown(stop)
      await until(() => {
        if (journald.exitCode !== null) throw new Error(`journald exited with ${journald.exitCode}`)
        return isListening()
      })
      return stop
    },
    /** The messages of the service. */
    async messages (): Promise<string[]> {
      const args = ['--directory', join(root, 'log/journal'), '--identifier=dockstat', '--output=json', '--all']
      const { stdout } = await run('journalctl', args)
      return stdout.split('\n').filter(Boolean).map(line => JSON.parse(line).MESSAGE)
    }
  }
}

const jsonIn = (messages: string[]) => messages.filter(message => message.startsWith('{'))

t.test('writes each log line as one entry to the journal, and outlives journald', { skip }, async t => {
  const journal = createJournal(t)
  const stop = await journal.start()
  const service = launch(t, { wrap: journal.wrap })
  const url = await urlOf(service)
  t.equal(await (await fetch(`${url}/status`)).text(), 'UP')
  await refuse(url, 3)
  await refuse(url, 1, `/${'x'.repeat(12_000)}`)
  const lines = await until(async () => {
    const lines = jsonIn(await journal.messages())
    return refusals(lines.join('\n')) === 4 ? lines : null
  })
  t.strictSame(lines, service.logged().split('\n').slice(0, lines.length), 'as in the log file')
  t.ok(lines.every(line => JSON.parse(line).msg))

  await stop()
  await refuse(url, 5)
  await refusalsLogged(service, 9)
  await journal.start()
  await refuse(url, 2)
  await refusalsLogged(service, 11)
  t.equal(refusals((await journal.messages()).join('\n')), 4, 'lines without a reader are dropped')
  service.child.kill()
  t.equal(await service.ended, 0)
})
