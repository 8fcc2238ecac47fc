import type { TokenEntry } from '../access/access.ts'
import { nearest } from '../model/nearest.ts'
import type { ConfigDocument } from './document.ts'
import type { Host } from './hosts.ts'

interface Source {
  document: ConfigDocument
  hosts: readonly Host[]
}

/** Adds to `problems` what the schema cannot check: duplicate names, unknown hosts, and scopes that show all hosts. */
export function checkTokens (tokens: readonly TokenEntry[], { document, hosts }: Source, problems: string[]): void {
  const names = hosts.map(({ name }) => name)
  for (const [index, token] of tokens.entries()) {
    const report = (path: string[], message: string, isPublic = true) => problems.push(
      document.describe({ path: ['auth', 'tokens', String(index), ...path], at: 'value', message, isPublic }))
    if (tokens.findIndex(({ name }) => name === token.name) < index) report(['name'], 'is the name of another token')
    if (tokens.findIndex(({ sha256 }) => sha256 === token.sha256) < index) {
      report(['sha256'], 'is the hash of another token', false)
    }
    if (token.hosts && token.scopes.includes('config')) {
      report(['scopes'], 'cannot contain config if hosts is set, because the configuration names all hosts', false)
    }
    for (const [position, pattern] of (token.hosts ?? []).entries()) {
      if (/[*?[{]/.test(pattern) || names.includes(pattern)) continue
      const near = nearest(pattern, names)
      const advice = near === null ? 'a host or a pattern such as nas-*' : `a host. Did you mean ${near}?`
      report(['hosts', String(position)], `must be ${advice}`)
    }
  }
}
