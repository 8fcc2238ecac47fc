import type { AddressInfo } from 'node:net'

export interface Watched {
  /** Path of the configuration file as the user gave it; null if there is none. */
  file: string | null
  hosts: readonly { name: string, address: string }[]
}

function watching ({ file, hosts }: Watched): string[] {
  const width = Math.max(...hosts.map(({ name }) => name.length))
  const lines = hosts.map(({ name, address }) => `  ${name.padEnd(width)}  ${address}`)
  const source = file === null ? 'No configuration file found' : `Using ${file}`
  return [`${source}. Watching these hosts:`, '', ...lines, '']
}

/**
 * The text on the console at startup: the hosts, the address, and a curl command to copy.
 * @param generatedToken printed only here, and only once; null if a token is configured
 * @param isOpen whether authentication is disabled
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
    `DockStatAPI listens on ${isEverywhere ? 'all addresses' : address}, port ${port}. Try it:`,
    '',
    `  curl${header} http://${host}:${port}/stats`,
    ''
  ]
  if (generatedToken) lines.push('No token is configured, so this one was generated. Set SECRET to choose one.', '')
  else if (!isOpen) lines.push('$SECRET stands for the token that you configured.', '')
  return lines.join('\n')
}
