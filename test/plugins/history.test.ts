import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'

const headers = { authorization: 'marked-secret' }

/** Builds the service with one container that is polled often. */
async function serve (t: Test, file: string) {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa', names: ['/web'] }]) })
  const { app, cwd } = await build(t, {
    yaml: `mintimeout: 100\nhosts: { nas: { url: "${engine.address}" } }\nhistory: { file: ${file} }`
  })
  await until(() => app.history.figures.series === 2)
  return { app, cwd }
}

t.test('continues the history of the previous run', async t => {
  const file = join(folder(t), 'deep/history.db')
  const { app: first } = await serve(t, file)
  const { containers: [before] } = await first.history.read('nas', 'web', { from: 0, to: Infinity, points: 10 })
  await first.close()
  t.ok(existsSync(file))
  const { app: second } = await serve(t, file)
  const { containers: [after] } = await second.history.read('nas', 'web', { from: 0, to: Infinity, points: 10 })
  t.equal(after?.from, before?.from)
})

t.test('opens the file when the service listens, and shows its size in the metrics', async t => {
  const { app } = await serve(t, join(folder(t), 'history.db'))
  await app.listen({ port: 0, host: '127.0.0.1' })
  await until(() => app.history.figures.fileBytes)
  const { body } = await app.inject({ url: '/metrics', headers })
  t.match(body, /^dockstatapi_history_series 2$/m)
  t.match(body, /^dockstatapi_history_file_bytes \d+$/m)
  t.match(body, /^dockstatapi_history_writes_total\{result="failure"\} 0$/m)
})

t.test('applies a changed configuration', async t => {
  const file = join(folder(t), 'history.db')
  const { app, cwd } = await serve(t, file)
  const path = join(cwd, 'dockstat.yaml')
  writeFileSync(path, readFileSync(path, 'utf8').replace('history: {', 'history: { disk: false,'))
  await app.reloadConfig()
  t.ok(existsSync(file), 'what was in memory has been written')
  t.equal(app.history.figures.fileBytes, null)
})
