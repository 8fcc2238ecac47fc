import { mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Memory, type Problem } from '../../../lib/notify/memory.ts'
import { AT } from '../../support/messages.ts'
import { folder } from '../../support/folder.ts'
import { until } from '../../support/until.ts'

const problem: Problem = { event: 'host-down', at: AT, host: 'nas', container: null, isTold: true }
const unhealthy: Problem = { ...problem, event: 'unhealthy', container: { id: 'a', name: 'web', image: '' } }

async function open (file: string) {
  const warnings: string[] = []
  const memory = new Memory(file, { info () {}, warn: (_fields, message) => warnings.push(message) })
  await memory.load()
  return { memory, warnings }
}

t.test('remembers across restarts what was told', async t => {
  const file = join(folder(t), 'data', 'notifications.json')
  const { memory } = await open(file)
  const ops = memory.of('ops')
  t.equal(ops.note('a'), true)
  t.equal(ops.note('a'), false)
  ops.begin('key', { ...problem, isTold: false })
  ops.tell('key')
  ops.tell('unknown')
  ops.begin('over', unhealthy)
  ops.end('over')
  ops.begin('web', unhealthy)
  memory.of('__proto__').note('b')
  await memory.close()
  t.strictSame(readdirSync(join(file, '..')), ['notifications.json'], 'written as a whole')
  const { memory: next, warnings } = await open(file)
  t.equal(next.of('ops').note('a'), false)
  t.equal(next.of('__proto__').note('b'), false)
  t.strictSame([...next.of('ops').problems], [['key', problem], ['web', unhealthy]])
  t.strictSame(warnings, [])
})

t.test('writes soon after a change, and nothing without one', async t => {
  const file = join(folder(t), 'notifications.json')
  const { memory } = await open(file)
  memory.of('ops')
  await memory.close()
  t.strictSame(readdirSync(join(file, '..')), [])
  memory.of('ops').note('a')
  memory.of('ops').note('b')
  await until(() => readdirSync(join(file, '..')).join() === 'notifications.json')
  const ops = { seen: ['a', 'b'], problems: [] }
  t.strictSame(JSON.parse(readFileSync(file, 'utf8')), { version: 1, rules: { ops } })
})

t.test('forgets removed rules, and what is old', async t => {
  const file = join(folder(t), 'notifications.json')
  const { memory } = await open(file)
  const ops = memory.of('ops')
  memory.of('old').note('a')
  memory.keep(new Set(['ops']))
  for (let index = 0; index < 1100; index++) {
    ops.note(`id ${index}`)
    ops.begin(`key ${index}`, problem)
  }
  await memory.close()
  const { rules } = JSON.parse(readFileSync(file, 'utf8'))
  t.strictSame(Object.keys(rules), ['ops'])
  t.strictSame([rules.ops.seen.length, rules.ops.seen.at(-1)], [500, 'id 1099'])
  t.equal(rules.ops.problems.length, 1000)
})

t.test('starts again if the file is broken, with a warning', async t => {
  const file = join(folder(t), 'notifications.json')
  const rule = (rule: unknown) => ({ version: 1, rules: { ops: rule } })
  const wrong = (given: object) => rule({ seen: [], problems: [['key', { ...problem, ...given }]] })
  const broken = [
    null, 1, {}, { version: 2, rules: {} }, { version: 1 }, rule(null), rule({}), rule({ seen: [1], problems: [] }),
    rule({ seen: [], problems: [1] }), rule({ seen: [], problems: [[1, problem]] }),
    rule({ seen: [], problems: [['key', null]] }), wrong({ event: 'x' }), wrong({ event: 1 }), wrong({ at: 'now' }),
    wrong({ host: 1 }), wrong({ container: 'web' }), wrong({ container: {} }), wrong({ isTold: 1 })
  ].map(data => JSON.stringify(data))
  for (const text of ['', '{', ...broken]) {
    writeFileSync(file, text)
    const { memory, warnings } = await open(file)
    t.match(warnings, [/^Cannot read what notifications were sent, so some may be sent again: /], text)
    t.equal(memory.of('ops').note('a'), true)
    await memory.close()
    t.match(JSON.parse(readFileSync(file, 'utf8')), { rules: { ops: { seen: ['a'] } } })
  }
})

t.test('works while it cannot write its file, with one warning, and writes it later', async t => {
  const file = join(folder(t), 'notifications.json')
  mkdirSync(`${file}.tmp`)
  const { memory, warnings } = await open(file)
  for (const id of ['a', 'b']) {
    t.equal(memory.of('ops').note(id), true)
    await memory.close()
  }
  t.equal(memory.of('ops').note('a'), false)
  t.match(warnings, [/^Cannot store what notifications were sent, so a restart may repeat some: /])
  t.equal(warnings.length, 1)
  rmdirSync(`${file}.tmp`)
  memory.of('ops').note('c')
  await memory.close()
  t.match(JSON.parse(readFileSync(file, 'utf8')), { rules: { ops: { seen: ['a', 'b', 'c'] } } })
})
