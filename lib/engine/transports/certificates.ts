import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { messageOf } from '../../errors.ts'
import { BAD_FILE } from '../tls-advice.ts'

export interface TlsSettings {
  /** Directory with any of ca.pem, cert.pem and key.pem. */
  path?: string
  /** File with the certificate of the authority; defaults to the authorities that Node.js trusts. */
  ca?: string
  cert?: string
  key?: string
  /** Name that the Engine's certificate must contain, if it is not the host in the address. */
  servername?: string
  /** Accepts any certificate of the Engine. */
  insecure?: boolean
}

class FileError extends Error {
  readonly code = BAD_FILE
}

const PARTS = ['ca', 'cert', 'key'] as const

type Part = typeof PARTS[number]
type Material = Partial<Record<Part, Buffer>>

/** The file of a part, which may not exist if it is in the folder; undefined if neither is configured. */
export const fileOf = ({ path, ...files }: TlsSettings, part: Part): string | undefined =>
  files[part] ?? (path && join(path, `${part}.pem`))

/** The certificates in a PEM file, in its order. */
export function certificatesIn (pem: Buffer | undefined): X509Certificate[] {
  const blocks = pem?.toString().match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []
  return blocks.map(block => new X509Certificate(block))
}

const endOf = ({ validTo }: X509Certificate) => Date.parse(validTo)

/** When the client certificate or the last authority certificate expires, whichever comes first. */
function expiryOf ({ ca, cert }: Material): Date | null {
  const ends = certificatesIn(cert).map(endOf)
  const authorities = certificatesIn(ca).map(endOf)
  if (authorities.length > 0) ends.push(Math.max(...authorities))
  return ends.length > 0 ? new Date(Math.min(...ends)) : null
}

export class Certificates {
  readonly #settings: TlsSettings
  #reading: Promise<SecureContext> | null = null
  #state = ''
  #context: SecureContext | null = null
  /** When the first one expires; null until the files have been read. */
  expiresAt: Date | null = null

  constructor (settings: TlsSettings) {
    this.#settings = settings
  }

  /** The current certificates: the same object until the files change. Rejects if the files are unusable. */
  current (): Promise<SecureContext> {
    this.#reading ??= this.#read().finally(() => { this.#reading = null })
    return this.#reading
  }

  async #read (): Promise<SecureContext> {
    const states = await Promise.all(PARTS.map(part => this.#onFile(part, async path => {
      const { mtimeMs, size, ino } = await stat(path)
      return [mtimeMs, size, ino].join()
    })))
    const state = states.join(' ')
    if (this.#context && state === this.#state) return this.#context
    const material: Material = {}
    for (const part of PARTS) material[part] = await this.#onFile(part, path => readFile(path))
    this.#check(material)
    this.#context = createSecureContext(material)
    this.expiresAt = expiryOf(material)
    this.#state = state
    return this.#context
  }

  /** Calls `use` with the path; undefined if none is configured or `tls.path` does not contain the file. */
  async #onFile<T> (part: Part, use: (path: string) => Promise<T>): Promise<T | undefined> {
    const path = fileOf(this.#settings, part)
    if (path === undefined) return undefined
    try {
      return await use(path)
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (this.#settings[part] === undefined && isAbsent) return undefined
      throw new FileError(`tls.${part}: ${messageOf(error)}`, { cause: error })
    }
  }

  #check ({ ca, cert, key }: Material) {
    const { path } = this.#settings
    if (path !== undefined && !ca && !cert && !key) throw new FileError(`no ca.pem, cert.pem or key.pem in ${path}`)
    if (!cert !== !key) throw new FileError(cert ? 'tls.cert requires tls.key' : 'tls.key requires tls.cert')
    if (ca && certificatesIn(ca).length === 0) throw new FileError('tls.ca contains no PEM certificate')
  }
}
