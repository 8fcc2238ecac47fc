import type { CertificateReport, Findings } from './certificates.ts'
import type { ClusterReport } from './cluster.ts'
import type { HostReport } from './hosts.ts'
import type { TokenSource } from './secrets.ts'

/** What `dockstat check` found; it contains no secrets. */
export interface Report extends Findings {
  /** True if nothing is wrong, apart from warnings. */
  ok: boolean
  file: string | null
  tokenFrom: TokenSource
  hosts: HostReport[]
  /** Null without a cluster. */
  cluster: ClusterReport | null
  certificates: CertificateReport[]
}

/** Engines and proxies choose their error messages, and a terminal would obey control characters. */
const printable = (text: string) => text.replace(/\p{Cc}+/gu, ' ')

/** Aligns rows in columns; the last cell of a row may be of any length. */
function table (rows: readonly (readonly string[])[]): string[] {
  const widthOf = (column: number) => Math.max(...rows.map(row => row.slice(0, -1)[column]?.length ?? 0))
  return rows.map(row => row.map((cell, column) => cell.padEnd(widthOf(column))).join('  ').trimEnd())
}

function hostRow ({ name, address, ...host }: HostReport): string[] {
  if (!host.ok) return ['error', name, address, `${host.code}: ${host.error}`]
  return ['ok', name, address, ...[host.engine, host.apiVersion, host.containers, host.milliseconds].map(String)]
}

function certificateRow ({ ok, file, subject, validTo, daysLeft }: CertificateReport): string[] {
  if (validTo === null) return ['error', file, '–']
  return [ok ? 'ok' : 'error', file, validTo.slice(0, 10), String(daysLeft), String(subject)]
}

const clusterRow = ({ ok, address, milliseconds }: ClusterReport) =>
  [ok ? 'ok' : 'error', address, String(milliseconds)]

/** A table with a heading and an empty line after it; nothing without rows. */
const section = (heading: string[], rows: string[][]) => rows.length > 0 ? [...table([heading, ...rows]), ''] : []

/** The report for people. */
export function textOf ({ file, tokenFrom, hosts, cluster, certificates, problems, warnings }: Report): string {
  const errors = problems.length + hosts.filter(({ ok }) => !ok).length
  const lines = [
    `Configuration: ${file ?? 'no file, only defaults'}`,
    ...hosts.length > 0 ? [`Token: ${tokenFrom ?? 'none'}`] : [],
    '',
    ...section(['', 'HOST', 'ADDRESS', 'ENGINE', 'API', 'CONTAINERS', 'MS'], hosts.map(hostRow)),
    ...section(['', 'CLUSTER', 'MS'], cluster ? [clusterRow(cluster)] : []),
    ...section(['', 'CERTIFICATE', 'EXPIRES', 'DAYS', 'SUBJECT'], certificates.map(certificateRow)),
    ...problems,
    ...warnings.map(warning => `warning: ${warning}`),
    `${errors === 0 ? 'OK' : 'Failed'} (errors: ${errors}, warnings: ${warnings.length})`
  ]
  return `${lines.map(printable).join('\n')}\n`
}
