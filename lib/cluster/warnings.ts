import type { Config } from '../config/config.ts'

/** What a configuration says that does not work with several replicas. */
export function warningsFor ({ hosts, auth }: Pick<Config, 'hosts' | 'auth'>): string[] {
  const local = hosts.filter(({ address }) => address.startsWith('unix:')).map(({ name }) => name)
  const isRandom = auth.token === null && auth.tokens.length === 0 && !auth.isSkipped
  const warnings: string[] = []
  if (local.length > 0) {
    warnings.push(`These hosts are at a Unix socket, where each machine has another Engine: ${local.join(', ')}. ` +
      'Unless all replicas run on that machine, give an address that all of them can reach.')
  }
  if (isRandom) warnings.push('No token is configured, so each replica makes up its own. Set auth.token or SECRET.')
  return warnings
}
