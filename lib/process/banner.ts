import type { AddressInfo } from 'node:net'
import type { Config } from '../config/config.ts'

type Shown = Pick<Config, 'file' | 'hosts' | 'listen' | 'auth'> & { hasPage: boolean }

function watching ({ file, hosts }: Shown): string[] {
  const width = Math.max(...hosts.map(({ name }) => name.length))
  const lines = hosts.map(({ name, address }) => `  ${name.padEnd(width)}  ${address}`)
  const source = file === null ? 'No configuration file found' : `Using ${file}`
  return [`${source}. Watching these hosts:`, '', ...lines, '']
}

/** Where the service listens: in words, as arguments for curl, and for a browser, which cannot open a Unix socket. */
interface Place {
  words: string
  target: string
  page: string | null
}

function placeOf (listening: AddressInfo | string, { tls }: Config['listen']): Place {
  const scheme = tls === 'off' ? 'http' : 'https'
  if (typeof listening === 'string') {
    return { words: listening, target: `--unix-socket ${listening} ${scheme}://localhost`, page: null }
  }
  const { address, port, family } = listening
  const isEverywhere = address === '0.0.0.0' || address === '::'
  const host = isEverywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  const target = `${scheme}://${host}:${port}`
  return { words: `${isEverywhere ? 'all addresses' : address}, port ${port}`, target, page: `${target}/` }
}

/**
 * The text on the console at startup: the hosts, the address, and a curl command to copy.
 * @param listening the address, or the path of a Unix socket
 * @param generatedToken printed only here, and only once; null if a token is configured
 */
export function banner (listening: AddressInfo | string, generatedToken: string | null, config: Shown): string {
  const { auth: { isSkipped }, listen, hasPage } = config
  const header = isSkipped ? '' : ` -H "Authorization: ${generatedToken ?? '$SECRET'}"`
  const { words, target, page } = placeOf(listening, listen)
  const lines = [
    ...watching(config),
    `DockStatAPI listens on ${words}. ${hasPage && page ? `Open ${page} in a browser, or try:` : 'Try it:'}`,
    '',
    `  curl${header} ${target}/stats`,
    ''
  ]
  if (generatedToken) lines.push('No token is configured, so this one was generated. Set SECRET to choose one.', '')
  else if (!isSkipped) lines.push('$SECRET stands for the token that you configured.', '')
  return lines.join('\n')
}
