import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { folder } from './support/folder.ts'

const root = join(import.meta.dirname, '..')

t.test('compiled files import compiled files, also those that are loaded later', async t => {
  const out = folder(t)
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', out], { cwd: root })
  const files = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.js'))
  t.ok(files.includes(join('lib', 'notify', 'notifier.js')))
  const wrong = files.flatMap(file => [...readFileSync(join(out, file), 'utf8')
    .matchAll(/(?:from|import\()\s*['"](\.[^'"]*\.ts)['"]/g)].map(([, path]) => `${file}: ${path}`))
  t.strictSame(wrong, [])
})
