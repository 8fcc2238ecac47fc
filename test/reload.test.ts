import { appendFileSync, existsSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { MARK } from './support/secrets.ts'
import { start } from './support/start.ts'
import { until } from './support/until.ts'

t.test('applies an edit while it runs; SIGHUP also opens the log file again', async t => {
  const service = await start(t, { yaml: '# first\n', env: { SECRET: MARK } })
  const config = async () => await (await fetch(`${service.url}/config`, { headers: { authorization: MARK } })).text()
  const file = join(service.cwd, 'dockstat.yaml')
  t.equal(await config(), '# first\n')
  writeFileSync(file, '# second\n')
  await until(async () => await config() === '# second\n')
  const log = join(service.cwd, 'logs/dockstat.1.log')
  await until(() => existsSync(log))
  renameSync(log, join(service.cwd, 'moved.log'))
  appendFileSync(file, 'labels: [a]\n')
  service.child.kill('SIGHUP')
  await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('Configuration reloaded'))
  t.equal(await config(), '# second\nlabels: [a]\n')
  t.equal(service.child.exitCode, null)
})

t.test('warns if it cannot watch the file', async t => {
  const service = await start(t, { yaml: '' })
  const file = join(service.cwd, 'dockstat.yaml')
  symlinkSync('dockstat.yaml', `${file}.new`)
  renameSync(`${file}.new`, file)
  const warning = 'Cannot watch the configuration file; send SIGHUP to apply changes: ELOOP'
  await until(() => service.stdout().includes(warning))
})
