import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { folder } from './folder.ts'

const run = promisify(execFile)

export interface CertificateOptions {
  /** Subject alternative names, such as `DNS:nas`. */
  names?: string
  /** Validity in days; -1 means that it expired yesterday. */
  days?: number
  /** Distinguished name, such as `/CN=nas`. */
  subject?: string
}

/** Paths of PEM files. */
export interface Certificate {
  cert: string
  key: string
}

/** A certificate authority; its files are removed after the test. */
export interface Authority {
  dir: string
  ca: string
  issue (name: string, options?: CertificateOptions): Promise<Certificate>
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Creates an authority with the openssl command, run with `env`. */
export async function authority (t: Test, days = 30, env: NodeJS.ProcessEnv = process.env): Promise<Authority> {
  const dir = folder(t)
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir, env })
  const subject = `/CN=authority of ${basename(dir)}`
  await openssl('req', '-x509', ...NEW_KEY, '-keyout', 'ca-key.pem', '-out', 'ca.pem', '-subj', subject,
    '-days', String(days))
  return {
    dir,
    ca: join(dir, 'ca.pem'),
    async issue (name, { names = 'IP:127.0.0.1', days = 30, subject = `/CN=${name}` } = {}) {
      const [cert, key, request, extensions] = [`${name}.pem`, `${name}-key.pem`, `${name}.csr`, `${name}.ext`]
      writeFileSync(join(dir, extensions), `subjectAltName=${names}\n`)
      await openssl('req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', subject)
      await openssl('x509', '-req', '-in', request, '-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial',
        '-extfile', extensions, '-days', String(days), '-out', cert)
      return { cert: join(dir, cert), key: join(dir, key) }
    }
  }
}
