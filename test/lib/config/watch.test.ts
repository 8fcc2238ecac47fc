import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { FileWatch } from '../../../lib/config/watch.ts'
import { folder } from '../../support/folder.ts'
import { until } from '../../support/until.ts'

/** Longer than it takes to report a change. */
const LONG_ENOUGH = 600

async function start (t: Test, names: string[]) {
  const dir = folder(t)
  let changes = 0
  const errors: unknown[] = []
  const files = new FileWatch({ onChange: () => { changes++ }, onError: error => errors.push(error) })
  t.teardown(() => files.close())
  await files.watch(names.map(name => join(dir, name)))
  const changed = async (change: () => void) => {
    const before = changes
    change()
    await until(() => changes > before)
  }
  return { dir, files, errors, changed, changes: () => changes }
}

t.test('reports every way to change a file', async t => {
  const { dir, changed } = await start(t, ['a.yaml'])
  const file = join(dir, 'a.yaml')
  await changed(() => writeFileSync(file, 'created'))
  await changed(() => appendFileSync(file, 'written'))
  for (const text of ['replaced', 'again']) {
    await changed(() => {
      writeFileSync(join(dir, '.swap'), text)
      renameSync(join(dir, '.swap'), file)
    })
  }
  await changed(() => appendFileSync(file, 'written after it was replaced'))
  await changed(() => rmSync(file))
  await changed(() => writeFileSync(file, 'created again'))
})

t.test('reports a file that Kubernetes replaces by changing a link', async t => {
  const { dir, changed } = await start(t, ['a.yaml'])
  const publish = (version: string, previous = '') => {
    mkdirSync(join(dir, version))
    writeFileSync(join(dir, version, 'a.yaml'), version)
    symlinkSync(version, join(dir, '..new'))
    renameSync(join(dir, '..new'), join(dir, '..data'))
    if (previous) rmSync(join(dir, previous), { recursive: true })
  }
  publish('..1')
  await changed(() => symlinkSync('..data/a.yaml', join(dir, 'a.yaml')))
  await changed(() => publish('..2', '..1'))
  await changed(() => publish('..3', '..2'))
})

t.test('reports quick changes once, and other files never', async t => {
  const { dir, changed, changes } = await start(t, ['a.yaml'])
  writeFileSync(join(dir, 'b.yaml'), '')
  mkdirSync(join(dir, 'logs'))
  writeFileSync(join(dir, 'logs/a.yaml'), '')
  await changed(() => { for (let times = 0; times < 20; times++) appendFileSync(join(dir, 'a.yaml'), 'x') })
  await sleep(LONG_ENOUGH)
  t.equal(changes(), 1)
})

t.test('does not wait for the end of changes that do not end', async t => {
  const { dir, changes } = await start(t, ['a.yaml'])
  while (changes() === 0) {
    appendFileSync(join(dir, 'a.yaml'), 'x')
    await sleep(20)
  }
  t.equal(changes(), 1)
})

t.test('watches other files when told to', async t => {
  const { dir, files, changed, changes } = await start(t, ['a.yaml'])
  const other = join(dir, 'b.yaml')
  await files.watch([other])
  await files.watch([other])
  await changed(() => writeFileSync(other, ''))
  writeFileSync(join(dir, 'a.yaml'), '')
  await sleep(LONG_ENOUGH)
  t.equal(changes(), 1)
})
