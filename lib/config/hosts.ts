import { resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import {
  contextInUse, contextNames, DEFAULT_CONTEXT, dockerFolder, readContext, type Context
} from './contexts.ts'
import type { ConfigDocument } from './document.ts'
import { ENGINE_ADDRESS_EXPECTED, engineAddress } from './engine-address.ts'
import type { Environment } from './environment.ts'
import type { ConfigFile } from './schema.ts'
import { shown } from './validate.ts'

/** The name of the host that is watched if the file names none. */
export const LOCAL_HOST = 'local'
const FILES = ['path', 'ca', 'cert', 'key'] as const

type HostKeys = NonNullable<ConfigFile['hosts']>[string]

/** A host to watch, and how to connect to its Engine. */
export interface Host {
  name: string
  /** `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or `ssh://…`. */
  address: string
  /** Only for `https://`; all paths are absolute. */
  tls?: HostKeys['tls']
  /** Applies in addition to the filter for all hosts. */
  filter?: HostKeys['filter']
}

interface Source {
  env: NodeJS.ProcessEnv
  cwd: string
}

function absolute (tls: NonNullable<Host['tls']>, cwd: string): NonNullable<Host['tls']> {
  const paths = FILES.flatMap(key => tls[key] === undefined ? [] : [[key, resolve(cwd, tls[key])]])
  return { ...tls, ...Object.fromEntries(paths) }
}

/** The schema has already validated the address. */
function fromUrl (name: string, { url = '', port, tls }: HostKeys, cwd: string): Host {
  const address = engineAddress(url, port, tls !== undefined) as string
  return tls ? { name, address, tls: absolute(tls, cwd) } : { name, address }
}

/** @throws if the endpoint of the context is not supported */
function fromContext (name: string, { url, certificates, isInsecure }: Context): Host {
  const address = engineAddress(url || 'unix://', undefined, certificates !== null || isInsecure)
  if (address === null) throw new Error(`its endpoint is ${shown(url)}, but must be ${ENGINE_ADDRESS_EXPECTED}`)
  if (!address.startsWith('https:')) return { name, address }
  return { name, address, tls: { ...certificates !== null && { path: certificates }, insecure: isInsecure } }
}

const isAbsent = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** Resolves the hosts in file order. A host whose context cannot be used is left out and added to `problems`. */
export async function resolveHosts (
  hosts: Record<string, HostKeys>,
  { document, ...source }: Source & { document: ConfigDocument },
  problems: string[]
): Promise<Host[]> {
  const order = document.keys('hosts')
  const folder = dockerFolder(source)
  const resolved: Host[] = []
  for (const [name, keys] of Object.entries(hosts).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))) {
    const { context, filter } = keys
    const own = filter && { filter }
    if (context === undefined) {
      resolved.push({ ...fromUrl(name, keys, source.cwd), ...own })
      continue
    }
    try {
      resolved.push({ ...fromContext(name, await readContext(folder, context)), ...own })
    } catch (error) {
      const path = ['hosts', name, 'context']
      if (document.unset.has(path.join('.'))) continue
      const message = await contextProblem(folder, error)
      problems.push(document.describe({ path, at: 'value', message, isPublic: true }))
    }
  }
  return resolved
}

const contextProblem = async (folder: string, error: unknown) => isAbsent(error)
  ? `must be a Docker CLI context; ${folder} has ${await contextNames(folder) || 'none'}`
  : `this context cannot be used: ${messageOf(error)}`

/** Picks the Engine as the docker command does: DOCKER_HOST, DOCKER_CONTEXT, the current context, or the socket. */
export async function resolveLocal (environment: Environment, source: Source, problems: string[]): Promise<Host> {
  const folder = dockerFolder(source)
  const { DOCKER_CONTEXT } = environment
  const context = source.env.DOCKER_HOST ? DEFAULT_CONTEXT : DOCKER_CONTEXT ?? await contextInUse(folder)
  if (context !== DEFAULT_CONTEXT) {
    try {
      return fromContext(LOCAL_HOST, await readContext(folder, context))
    } catch (error) {
      const where = DOCKER_CONTEXT === undefined ? `currentContext of ${folder}/config.json` : 'DOCKER_CONTEXT'
      problems.push(`${where}: ${await contextProblem(folder, error)}, got ${shown(context)}`)
    }
  }
  return fromVariables(environment, source, problems)
}

function fromVariables (environment: Environment, source: Source, problems: string[]): Host {
  const { DOCKER_HOST, DOCKER_TLS_VERIFY = '', DOCKER_CERT_PATH } = environment
  const address = engineAddress(DOCKER_HOST, undefined, DOCKER_TLS_VERIFY !== '') as string
  if (address.startsWith('http:') && DOCKER_TLS_VERIFY) {
    problems.push(`DOCKER_HOST: must be tcp:// or https:// if DOCKER_TLS_VERIFY is set, got ${shown(DOCKER_HOST)}`)
  }
  if (!address.startsWith('https:')) return { name: LOCAL_HOST, address }
  const path = DOCKER_CERT_PATH ? resolve(source.cwd, DOCKER_CERT_PATH) : dockerFolder(source)
  const hasFiles = Boolean(DOCKER_TLS_VERIFY || DOCKER_CERT_PATH)
  return hasFiles ? { name: LOCAL_HOST, address, tls: { path, insecure: false } } : { name: LOCAL_HOST, address }
}
