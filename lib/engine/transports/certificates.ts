import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { messageOf } from '../../errors.ts'
import { BAD_FILE } from '../tls-advice.ts'

/** How to make a TLS connection. */
export interface TlsSettings {
  /** Folder with ca.pem, cert.pem and key.pem, as many of them as there are. */
  path?: string
  /** File of the authority's certificate; without one, those that Node.js knows. */
  ca?: string
  /** Files of the client's certificate and key. */
  cert?: string
  key?: string
  /** Name that the Engine's certificate must be for, where it is not the address. */
  servername?: string
  /** Whether any certificate of the Engine is taken. */
  insecure?: boolean
}

/** A file that cannot be used. */
class FileError extends Error {
  readonly code = BAD_FILE
}

const PARTS = ['ca', 'cert', 'key'] as const

type Part = typeof PARTS[number]
type Material = Partial<Record<Part, Buffer>>

/** The certificates in a PEM file. */
function certificatesIn (pem: Buffer | undefined): X509Certificate[] {
  const blocks = pem?.toString().match(/-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs) ?? []
  return blocks.map(block => new X509Certificate(block))
}

const endOf = ({ validTo }: X509Certificate) => Date.parse(validTo)

/** When the client's certificate ends, or the last of the authority's, whichever comes first. */
function expiryOf ({ ca, cert }: Material): Date | null {
  const ends = certificatesIn(cert).map(endOf)
  const authorities = certificatesIn(ca).map(endOf)
  if (authorities.length > 0) ends.push(Math.max(...authorities))
  return ends.length > 0 ? new Date(Math.min(...ends)) : null
}

/** The certificates and the key to make connections with, read again when their files change. */
export class Certificates {
  readonly #settings: TlsSettings
  #reading: Promise<SecureContext> | null = null
  #state = ''
  #context: SecureContext | null = null
  /** When the first of them ends; null while they are not read. */
  expiresAt: Date | null = null

  constructor (settings: TlsSettings) {
    this.#settings = settings
  }

  /**
   * What the files hold now; the same object until they change.
   * @throws when they cannot be used
   */
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

  /** What `use` makes of a file; undefined where none is configured, or the folder has none. */
  async #onFile<T> (part: Part, use: (path: string) => Promise<T>): Promise<T | undefined> {
    const { path: folder, [part]: file } = this.#settings
    const path = file ?? (folder && join(folder, `${part}.pem`))
    if (path === undefined) return undefined
    try {
      return await use(path)
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      if (file === undefined && isAbsent) return undefined
      throw new FileError(`tls.${part}: ${messageOf(error)}`, { cause: error })
    }
  }

  #check ({ ca, cert, key }: Material) {
    const { path } = this.#settings
    if (path !== undefined && !ca && !cert && !key) throw new FileError(`no ca.pem, cert.pem or key.pem in ${path}`)
    if (!cert !== !key) throw new FileError(cert ? 'tls.cert has no tls.key' : 'tls.key has no tls.cert')
    if (ca && certificatesIn(ca).length === 0) throw new FileError('tls.ca holds no certificate in PEM form')
  }
}
