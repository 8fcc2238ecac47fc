import { certificateFiles, checkCertificates, type Findings } from '../lib/check/certificates.ts'
import { checkCluster } from '../lib/check/cluster.ts'
import { checkHosts } from '../lib/check/hosts.ts'
import { textOf, type Report } from '../lib/check/report.ts'
import { checkSecrets } from '../lib/check/secrets.ts'
import { changesSinceV1 } from '../lib/check/v1.ts'
import { ConfigError, type Config, type ConfigSource } from '../lib/config/config.ts'
import { loadConfig } from '../lib/config/load.ts'

const filesOf = ({ hosts, server }: Config) => [
  ...server.tls ? certificateFiles('server.tls', server.tls.files) : [],
  ...hosts.flatMap(({ name, tls }) => tls ? certificateFiles(`hosts.${name}.tls`, tls) : [])
]

/** Checks the configuration as the service would load it, and everything that it names. */
async function examine (source: ConfigSource, deadline?: number): Promise<Report> {
  const config = await loadConfig(source).catch((error: ConfigError) => error)
  const warnings = await changesSinceV1(source, config.file)
  if (config instanceof ConfigError) {
    const { file, problems } = config
    const nothing = { tokenFrom: null, hosts: [], cluster: null, certificates: [] }
    return { ok: false, file, problems: [...problems], warnings, ...nothing }
  }
  const found: Findings = { problems: [], warnings }
  const tokenFrom = await checkSecrets(source, config.auth, found)
  const certificates = await checkCertificates(filesOf(config), found)
  const [hosts, cluster] = await Promise.all([
    checkHosts(config.hosts, deadline), checkCluster(config, found, deadline)])
  const ok = found.problems.length === 0 && hosts.every(({ ok }) => ok)
  return { ok, file: config.file, tokenFrom, ...found, hosts, cluster, certificates }
}

export interface CheckOptions extends ConfigSource {
  isJson: boolean
  /** Milliseconds for each host, and for each command to the server of a cluster. */
  deadline?: number
}

/** Checks the configuration, and all that it names. Resolves to the report as text, or as JSON. */
export async function check ({ isJson, deadline, ...source }: CheckOptions): Promise<{ ok: boolean, text: string }> {
  const report = await examine(source, deadline)
  return { ok: report.ok, text: isJson ? `${JSON.stringify(report, null, 2)}\n` : textOf(report) }
}
