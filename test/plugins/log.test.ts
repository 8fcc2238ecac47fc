import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { build } from '../support/build.ts'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'

const UNWRITABLE = 'Cannot write the log file, logging to standard output only'

t.test('logs to standard output and to the file', async t => {
  const { app, log, cwd } = await build(t, { yaml: 'log: { file: mine/service.log }' })
  app.log.info('a line')
  t.match(log(), '"msg":"a line"')
  await app.close()
  t.match(readFileSync(join(cwd, 'mine/service.1.log'), 'utf8'), '"msg":"a line"')
})

t.test('logs to standard output only if no file is configured', async t => {
  const { app, log, cwd } = await build(t, { yaml: 'log: { file: none }', env: { LOG_LEVEL: 'warn' } })
  app.log.warn('a line')
  await app.close()
  t.match(log(), '"msg":"a line"')
  t.strictSame(readdirSync(cwd), ['dockstat.yaml'])
})

t.test('LOG_LEVEL sets the minimum level', async t => {
  const { app, log } = await build(t, { env: { LOG_LEVEL: 'warn' } })
  app.log.info('an info')
  app.log.warn('a warning')
  t.notMatch(log(), 'an info')
  t.match(log(), 'a warning')
})

t.test('warns once if the file cannot be written, and keeps running', async t => {
  const path = join(folder(t), 'file')
  writeFileSync(path, '')
  const { app, log } = await build(t, { yaml: `log: { file: ${path}/dockstat.log }` })
  t.equal((await app.inject('/status')).statusCode, 200)
  app.log.info('a line')
  await until(() => log().includes(UNWRITABLE))
  await app.close()
  const warnings = log().split('\n').filter(line => line.includes(UNWRITABLE))
  t.match(warnings.map(line => JSON.parse(line)), [{ level: 40, msg: new RegExp(`^${UNWRITABLE}: E`) }])
  t.equal(warnings.length, 1)
  t.match(log(), '"msg":"a line"')
})

t.test('does not write a generated token to the file', async t => {
  const { app, cwd } = await build(t, { env: { SECRET: '', LOG_LEVEL: 'debug' } })
  await app.inject({ url: '/hosts', headers: { authorization: String(app.generatedToken) } })
  await app.inject(`/hosts?token=${app.generatedToken}`)
  await app.close()
  const text = readFileSync(join(cwd, 'logs/dockstat.1.log'), 'utf8')
  t.match(text, '"path":"/hosts"')
  t.notMatch(text, String(app.generatedToken))
})
