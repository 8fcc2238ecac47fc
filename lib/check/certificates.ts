import { createPrivateKey, type X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { certificatesIn, fileOf, type TlsSettings } from '../engine/transports/certificates.ts'
import { messageOf } from '../errors.ts'
import { wallClock } from '../model/time.ts'

const DAY = 86_400_000

/** Days before it expires at which a certificate needs attention. */
const NOTICE = 30

/** Permissions of users other than the owner of a file. */
const OTHERS = 0o077

export interface CertificateFile {
  /** The key in the configuration. */
  what: string
  file: string
  /** Of an authority: one valid certificate among those in the file is enough. */
  isAuthority: boolean
  /** File with the private key of the first certificate. */
  key?: string | undefined
}

export interface CertificateReport {
  what: string
  file: string
  /** Null if the file has no certificate. */
  subject: string | null
  validTo: string | null
  daysLeft: number | null
  ok: boolean
}

export interface Findings {
  problems: string[]
  warnings: string[]
}

/** The certificates of an endpoint; those that its folder may have but does not are left out. */
export function certificateFiles (what: string, tls: TlsSettings): CertificateFile[] {
  return (['ca', 'cert'] as const).flatMap(part => {
    const file = fileOf(tls, part)
    const isNamed = tls[part] !== undefined
    if (file === undefined || (!isNamed && !existsSync(file))) return []
    const isAuthority = part === 'ca'
    const key = isAuthority ? undefined : fileOf(tls, 'key')
    return [{ what: `${what}.${isNamed ? part : 'path'}`, file, isAuthority, key }]
  })
}

function withoutRepetition (files: readonly CertificateFile[]): CertificateFile[] {
  const known = new Map<string, { first: CertificateFile, others: number }>()
  for (const file of files) {
    const id = JSON.stringify([file.file, file.isAuthority, file.key])
    const { first, others } = known.get(id) ?? { first: file, others: -1 }
    known.set(id, { first, others: others + 1 })
  }
  return [...known.values()].map(({ first, others }) =>
    others === 0 ? first : { ...first, what: `${first.what} and ${others} more` })
}

const endOf = ({ validTo }: X509Certificate) => Date.parse(validTo)

/** The certificate that decides how long a file can be used. */
const decisive = (certificates: readonly X509Certificate[], isAuthority: boolean) =>
  certificates.reduce((a, b) => (endOf(a) < endOf(b)) === isAuthority ? b : a)

/** The subject, or the alternative names if there is none. */
const nameOf = ({ subject, subjectAltName }: X509Certificate) =>
  [subject, subjectAltName].filter(Boolean).slice(0, 1).join().replaceAll('\n', ', ')

function inspectAge (certificate: X509Certificate, { problems, warnings }: Findings): number {
  const daysLeft = Math.floor((endOf(certificate) - wallClock()) / DAY)
  const day = new Date(endOf(certificate)).toISOString().slice(0, 10)
  if (daysLeft < 0) problems.push(`expired on ${day}; renew it`)
  else if (daysLeft < NOTICE) warnings.push(`expires on ${day}, in ${daysLeft} days; renew it`)
  return daysLeft
}

async function inspectKey (key: string, certificate: X509Certificate, { problems, warnings }: Findings) {
  try {
    const isOwn = certificate.checkPrivateKey(createPrivateKey(await readFile(key)))
    if (!isOwn) problems.push(`the private key in ${key} does not belong to this certificate`)
    const { mode } = await stat(key)
    if (mode & OTHERS) warnings.push(`other users can access the private key: chmod 600 ${key}`)
  } catch (error) {
    problems.push(`the private key in ${key} cannot be used (${messageOf(error)})`)
  }
}

async function inspect (given: CertificateFile, found: Findings): Promise<CertificateReport> {
  const { what, file, isAuthority, key } = given
  try {
    const certificates = certificatesIn(await readFile(file))
    const [first] = certificates
    if (!first) throw new Error('it contains no PEM certificate')
    const certificate = decisive(certificates, isAuthority)
    const daysLeft = inspectAge(certificate, found)
    if (key !== undefined) await inspectKey(key, first, found)
    const validTo = new Date(endOf(certificate)).toISOString()
    return { what, file, subject: nameOf(certificate), validTo, daysLeft, ok: found.problems.length === 0 }
  } catch (error) {
    found.problems.push(`cannot be used (${messageOf(error)})`)
    return { what, file, subject: null, validTo: null, daysLeft: null, ok: false }
  }
}

/** Inspects certificates and their private keys, and adds what is wrong to `all`. */
export async function checkCertificates (
  files: readonly CertificateFile[], all: Findings
): Promise<CertificateReport[]> {
  const reports: CertificateReport[] = []
  for (const file of withoutRepetition(files)) {
    const found: Findings = { problems: [], warnings: [] }
    const report = await inspect(file, found)
    const line = (message: string) => `${report.what}: ${report.file}: ${message}`
    all.problems.push(...found.problems.map(line))
    all.warnings.push(...found.warnings.map(line))
    reports.push(report)
  }
  return reports
}
