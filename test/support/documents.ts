import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import GithubSlugger from 'github-slugger'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { toString } from 'mdast-util-to-string'
import { visit } from 'unist-util-visit'

export const root = join(import.meta.dirname, '../..')

export interface Page {
  /** From the root of the repository. */
  path: string
  /** What its links and pictures point at, as it is written. */
  links: string[]
  /** The IDs that its headings have on GitHub. */
  anchors: Set<string>
  /** What its blocks for a shell run. */
  commands: string[]
}

/** The lines of a `console` block that are typed. */
const typed = (block: string) => block.split('\n').filter(line => line.startsWith('$ '))
  .map(line => line.slice(2)).join('\n')

/** If a line ends within quotes, or with a backslash, the command continues. */
const isOpen = (text: string) => text.endsWith('\\') || [...text.matchAll(/"/g)].length % 2 === 1

/** Splits a script into its commands, without comments. */
function commandsIn (script: string): string[] {
  const commands: string[] = []
  let command = ''
  for (const line of script.split('\n').filter(line => line && !line.startsWith('#'))) {
    command += command ? `\n${line}` : line
    if (isOpen(command)) continue
    commands.push(command)
    command = ''
  }
  return command ? [...commands, command] : commands
}

/** Reads a Markdown page. */
export function readPage (path: string): Page {
  const slugger = new GithubSlugger()
  const page: Page = { path, links: [], anchors: new Set(), commands: [] }
  visit(fromMarkdown(readFileSync(join(root, path))), node => {
    if (node.type === 'heading') page.anchors.add(slugger.slug(toString(node)))
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') page.links.push(node.url)
    if (node.type !== 'code') return
    if (node.lang === 'sh') page.commands.push(...commandsIn(node.value))
    if (node.lang === 'console') page.commands.push(...commandsIn(typed(node.value)))
  })
  return page
}

const names = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })

/** The pages for users and for contributors. */
export const pages: readonly Page[] = ['README.md', 'CONTRIBUTING.md',
  ...names.filter(name => name.endsWith('.md')).map(name => `docs/${name}`).sort()].map(readPage)
