import type { AddressInfo } from 'node:net'

/** What the service reads and asks. */
export interface Watched {
  /** The configuration file, as the user named it; null where there is none. */
  file: string | null
  hosts: readonly { name: string, address: string }[]
}

function watching ({ file, hosts }: Watched): string[] {
  const width = Math.max(...hosts.map(({ name }) => name.length))
  const lines = hosts.map(({ name, address }) => `  ${name.padEnd(width)}  ${address}`)
  const source = file === null ? 'There is no configuration file' : `The configuration is ${file}`
  return [`${source}; it watches:`, '', ...lines, '']
}

/**
 * What people read at start: what the service watches, where it listens and how to ask it.
 * @param generatedToken the token made for this run, which appears once; null when one is configured
 * @param isOpen whether no token is needed
 */
export function banner (
  listening: AddressInfo, generatedToken: string | null, isOpen: boolean, watched: Watched
): string {
  const { address, port, family } = listening
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const host = isEverywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  const header = isOpen ? '' : ` -H "Authorization: ${generatedToken ?? '$SECRET'}"`
  const lines = [
    ...watching(watched),
    `DockStatAPI listens on ${isEverywhere ? 'every address' : address}, port ${port}. Ask it:`,
    '',
    `  curl${header} http://${host}:${port}/stats`,
    ''
  ]
  if (generatedToken) lines.push('No token is configured: this one is for this run. Set SECRET to keep one.', '')
  else if (!isOpen) lines.push('$SECRET stands for the token that you configured.', '')
  return lines.join('\n')
}
