import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import t from 'tap'
import { describes, documented } from './support/documented-commands.ts'
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

t.test('knows only commands that are documented, and tests that exist', async t => {
  const commands = pages.flatMap(({ commands }) => commands)
  for (const entry of documented) {
    t.ok(commands.some(command => describes(entry, command)), String(entry.command))
    if ('test' in entry) t.ok(existsSync(join(root, entry.test)), entry.test)
  }
})
