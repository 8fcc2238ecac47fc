import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ESLint } from 'eslint'
import t from 'tap'
import { folder } from './support/folder.ts'

const eslint = new ESLint()

const cases = [
  ['lib/engine/x.ts', '../config/load.ts'],
  ['lib/engine/x.ts', 'fastify'],
  ['lib/engine/transports/x.ts', '../../collector/poll.ts'],
  ['lib/config/x.ts', '../engine/client.ts'],
  ['lib/collector/x.ts', 'undici'],
  ['lib/collector/x.ts', '../views/encode.ts'],
  ['lib/views/x.ts', '../engine/client.ts'],
  ['lib/views/x.ts', '../collector/sample.ts'],
  ['lib/http/x.ts', '../views/view.ts'],
  ['lib/check/x.ts', '../collector/collector.ts'],
  ['lib/notify/x.ts', '../collector/collector.ts'],
  ['lib/model/x.ts', '../errors.ts'],
  ['lib/fleet/x.ts', '../views/view.ts'],
  ['lib/stream/x.ts', '../fleet/store.ts'],
  ['lib/x.ts', '../plugins/auth.ts'],
  ['plugins/x.ts', '../routes/stats.ts'],
  ['plugins/x.ts', 'undici'],
  ['routes/x.ts', '../plugins/stats.ts'],
  ['routes/x.ts', './stats.ts'],
  ['routes/x.ts', 'yaml'],
  ['app.ts', './server.ts'],
  ['app.ts', './commands/serve.ts'],
  ['commands/x.ts', '../plugins/auth.ts'],
  ['commands/x.ts', './serve.ts'],
  ['server.ts', './app.ts']
] as const

for (const [filePath, source] of cases) {
  t.test(`forbids ${filePath} to import ${source}`, async t => {
    const [result] = await eslint.lintText(`import '${source}'\n`, { filePath })
    t.match(result?.messages, [{ ruleId: 'no-restricted-imports' }])
  })
}

t.test('forbids clocks that can be set, except in lib/model/time.ts', async t => {
  const rules = async (filePath: string, code: string) =>
    (await eslint.lintText(`export default ${code}\n`, { filePath }))[0]?.messages.map(({ ruleId }) => ruleId)
  const renamed = "clock.now()\nimport { performance as clock } from 'node:perf_hooks'"
  const others = ['globalThis.Date.now()', 'new globalThis.Date()', 'globalThis.performance.now()', renamed]
  for (const code of ['Date.now()', 'performance.now()', 'new Date()', 'Date()', ...others]) {
    for (const filePath of ['server.ts', 'lib/x.ts', 'lib/collector/x.ts', 'plugins/x.ts', 'routes/x.ts']) {
      const broken = await rules(filePath, code) ?? []
      t.ok(broken.some(rule => rule?.startsWith('no-restricted-')), `${code} in ${filePath}`)
    }
    if (code !== renamed) t.strictSame(await rules('lib/model/time.ts', code), [])
  }
  t.strictSame(await rules('lib/x.ts', 'new Date(0)'), [])
})

t.test('allows only server.ts to use the process', async t => {
  const rules = async (filePath: string) =>
    (await eslint.lintText('export default process.env\n', { filePath }))[0]?.messages.map(({ ruleId }) => ruleId)
  t.strictSame(await rules('server.ts'), [])
  for (const filePath of ['app.ts', 'commands/x.ts', 'lib/x.ts', 'plugins/x.ts', 'routes/x.ts']) {
    t.strictSame(await rules(filePath), ['no-restricted-globals'], filePath)
  }
})

t.test('forbids circular imports, even of types', async t => {
  const path = folder(t)
  const findCircles = (file: string) =>
    promisify(execFile)('npx', ['madge', '--no-spinner', '--circular', '--extensions', 'ts', join(path, file)])
  writeFileSync(join(path, 'a.ts'), "import type { B } from './b.ts'\nexport interface A { b: B }\n")
  writeFileSync(join(path, 'b.ts'), 'export interface B { a: number }\n')
  await findCircles('a.ts')
  writeFileSync(join(path, 'b.ts'), "import type { A } from './a.ts'\nexport interface B { a: A }\n")
  await t.rejects(findCircles('a.ts'), { code: 1 })
})
