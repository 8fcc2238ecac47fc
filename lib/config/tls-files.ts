import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import type { ConfigDocument } from './document.ts'
import type { ConfigFile } from './schema.ts'

type Files = NonNullable<ConfigFile['server']['tls']>
type Key = 'cert' | 'key' | 'ca'

/** PEM texts for the listener. If there is a `ca`, clients must present a certificate. */
export interface ListenerTls {
  cert: string
  key: string
  ca?: string
  /** Where they come from: absolute paths. */
  files: Files
}

interface Source {
  cwd: string
  document: ConfigDocument
}

const isParsable = (parse: () => unknown) => {
  try {
    parse()
    return true
  } catch {
    return false
  }
}
const isCertificate = (pem: string) => isParsable(() => new X509Certificate(pem))
const isKey = (pem: string) => isParsable(() => createPrivateKey(pem))

async function readPem (file: string, key: Key, report: (message: string) => void): Promise<string> {
  try {
    const pem = await readFile(file, 'utf8')
    if (key === 'key' ? isKey(pem) : isCertificate(pem)) return pem
    report(key === 'key'
      ? 'must be a file with an unencrypted private key in PEM format'
      : 'must be a file with a certificate in PEM format')
  } catch (error) {
    report(`cannot be read (${messageOf(error)})`)
  }
  return ''
}

/** Reads the files of `server.tls`. Adds to `problems` what makes them unusable. */
export async function readTls (given: Files, { cwd, document }: Source, problems: string[]): Promise<ListenerTls> {
  const before = problems.length
  const report = (key: Key, message: string) => problems.push(
    document.describe({ path: ['server', 'tls', key], at: 'value', message, isPublic: false }))
  const at = (file: string) => resolve(cwd, file)
  const files = { cert: at(given.cert), key: at(given.key), ...given.ca !== undefined && { ca: at(given.ca) } }
  const read = (key: Key, file: string) => readPem(file, key, message => report(key, message))
  const [cert, key] = await Promise.all([read('cert', files.cert), read('key', files.key)])
  const ca = files.ca === undefined ? {} : { ca: await read('ca', files.ca) }
  if (problems.length === before && !new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) {
    report('key', 'must be the private key of cert')
  }
  return { cert, key, ...ca, files }
}
