import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { visit } from 'unist-util-visit'
import { root } from '../support/documents.ts'

/** The page, with its lines joined. */
export const page = readFileSync(join(root, 'docs/troubleshooting.md'), 'utf8')

const joined = (text: string) => text.replace(/\s+/g, ' ').trim()

/** The output that the page shows, each on one line and without the time. */
export const quoted = new Set<string>()
visit(fromMarkdown(page), 'code', ({ lang, value }) => {
  if (lang === 'text') quoted.add(joined(value).replace(/^\[[\d:.]+\] /, ''))
})

/** A line of the log as a terminal shows it. */
export const logLine = (level: 'WARN' | 'ERROR', fields: object, message: string) =>
  `${level}: ${message}${Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : ''}`
