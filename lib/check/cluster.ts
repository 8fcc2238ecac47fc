import type { Config } from '../config/config.ts'
import { clusterAddress, type ClusterAddress } from '../config/cluster-url.ts'
import { scriptInput } from '../cluster/beat.ts'
import { warningsFor } from '../cluster/warnings.ts'
import { messageOf } from '../errors.ts'
import { monotonic } from '../model/time.ts'
import type { Findings } from './certificates.ts'

/** Milliseconds for each command, and to connect. */
const DEADLINE = 5000

/** The beat of no replica. Its keys expire within a day. */
const BEAT = { info: { id: 'check', digest: 'check' }, lasts: 1000, wanted: ['check'], released: [], highest: 0 }

export interface ClusterReport {
  /** The server, or the Sentinels, without a user. */
  address: string
  ok: boolean
  milliseconds: number
}

/** For what `onChange` tells, and for messages, which no replica sends here. */
const ignore = () => {}

/** At the top level, because TypeScript does not rewrite the path of an import within nested functions. */
const load = async () => (await import('../cluster/link.ts')).Link

/** Does what a replica does at every beat, under names that replicas do not use. Rejects if the server refuses. */
async function tryServer ({ url, prefix }: NonNullable<Config['cluster']>, deadline: number): Promise<void> {
  const Link = await load()
  const name = `${prefix}:check`
  const beat = scriptInput({ ...BEAT, key: key => `${name}:${key}` })
  await new Promise<void>((resolve, reject) => {
    const link = new Link({
      url,
      channels: [name],
      timeout: deadline,
      onMessage: ignore,
      onReady: () => link.beat(...beat).catch(ignore),
      onChange (problem) {
        link.close()
        if (problem === null) resolve()
        else reject(new Error(problem))
      }
    })
    link.open()
  })
}

/** Connects to the server of a cluster, and adds what is wrong to `found`; null without a cluster. */
export async function checkCluster (
  config: Pick<Config, 'cluster' | 'hosts' | 'auth'>, found: Findings, deadline = DEADLINE
): Promise<ClusterReport | null> {
  const { cluster } = config
  if (cluster === null) return null
  found.warnings.push(...warningsFor(config).map(warning => `cluster: ${warning}`))
  const begun = monotonic()
  const { servers } = clusterAddress(cluster.url) as ClusterAddress
  const address = servers.map(({ host, port }) => `${host}:${port}`).join(', ')
  const problem = await tryServer(cluster, deadline).then(() => null, messageOf)
  if (problem !== null) found.problems.push(`cluster.url: ${address}: ${problem}`)
  return { address, ok: problem === null, milliseconds: Math.round(monotonic() - begun) }
}
