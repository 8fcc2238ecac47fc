import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import t from 'tap'
import { describes, documented, firstComment } from './support/documented-commands.ts'
import { pages, root } from './support/documents.ts'

const pageAt = new Map(pages.map(page => [page.path, page]))

/** The links of a page into the repository: the path from its root, and the anchor. */
const linksOf = ({ path, links }: typeof pages[number]) => links.filter(link => !/^[a-z]+:/.test(link)).map(link => {
  const [file = '', anchor] = link.split('#')
  return { link, target: file ? posix.join(posix.dirname(path), file) : path, anchor }
})

for (const page of pages) {
  t.test(`${page.path} links to files and headings that exist`, async t => {
    for (const { link, target, anchor } of linksOf(page)) {
      t.ok(target.startsWith('../') === false && existsSync(join(root, target)), link)
      if (anchor !== undefined) t.ok(pageAt.get(target)?.anchors.has(anchor), link)
    }
  })

  t.test(`${page.path} has only commands that are known`, async t => {
    for (const command of page.commands) {
      t.equal(documented.filter(entry => describes(entry, command)).length, 1, command)
    }
  })
}

t.test('README leads to every page', async t => {
  const reached = new Set(['README.md'])
  for (const path of reached) {
    const page = pageAt.get(path)
    for (const { target } of page ? linksOf(page) : []) reached.add(target)
  }
  t.strictSame(pages.map(({ path }) => path).filter(path => !reached.has(path)), [])
})

t.test('copies commands from where they are tested', async t => {
  for (const command of pages.flatMap(({ commands }) => commands)) {
    const from = documented.find(entry => describes(entry, command))?.from
    if (from !== undefined) t.ok(firstComment(from).includes(command), `${from}: ${command}`)
  }
})

t.test('names only metrics that are listed', async t => {
  const listed = readFileSync(join(root, 'docs/metrics.md'), 'utf8')
  for (const { path } of pages) {
    const names = readFileSync(join(root, path), 'utf8').matchAll(/\b(?:docker_(?:host|container)|dockstatapi)_\w+/g)
    for (const [name] of names) t.ok(listed.includes(`| \`${name}\` |`), `${path}: ${name}`)
  }
})

t.test('many-hosts.md has the figures of performance.md', async t => {
  const text = (name: string) => readFileSync(join(root, 'docs', name), 'utf8')
  const rows = text('many-hosts.md').matchAll(/^\| [\d,]+ \| ([\d,]+) \| (.+?) \| (.+?) \| (.+?) \|$/mg)
  const measured = text('performance.md')
  let count = 0
  for (const [, containers, cpu, memory, latency] of rows) {
    t.match(measured, `| ${containers} containers: total CPU | ${cpu} |`)
    t.match(measured, `| ${containers} containers: resident memory | ${memory} |`)
    t.match(measured, `| ${containers} containers: p99 of \`/status\` while polling | ${latency} |`)
    count++
  }
  t.equal(count, 3)
})

t.test('knows only commands that are documented, and tests that exist', async t => {
  const commands = pages.flatMap(({ commands }) => commands)
  for (const entry of documented) {
    t.ok(commands.some(command => describes(entry, command)), String(entry.command))
    if ('test' in entry) t.ok(existsSync(join(root, entry.test)), entry.test)
  }
})
