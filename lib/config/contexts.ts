import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FromSchema } from 'json-schema-to-ts'
import { createCheck } from './validate.ts'

/** The meta.json that the Docker CLI writes for a context. */
const contextSchema = {
  type: 'object',
  required: ['Name', 'Endpoints'],
  properties: {
    Name: { type: 'string' },
    Endpoints: {
      type: 'object',
      required: ['docker'],
      properties: {
        docker: {
          type: 'object',
          properties: { Host: { type: 'string', default: '' }, SkipTLSVerify: { type: 'boolean', default: false } }
        }
      }
    }
  }
} as const

/** The Engine that a Docker CLI context points to. */
export interface Context {
  name: string
  /** In the syntax of the Docker CLI; may be empty. */
  url: string
  /** Folder with ca.pem, cert.pem and key.pem; null if the context has no certificates. */
  certificates: string | null
  /** Whether to accept any certificate from the Engine. */
  isInsecure: boolean
}

const check = createCheck<FromSchema<typeof contextSchema>>(contextSchema)

/** The Docker CLI's configuration folder: DOCKER_CONFIG, or .docker in the home folder. */
export const dockerFolder = ({ env, cwd }: { env: NodeJS.ProcessEnv, cwd: string }): string =>
  resolve(cwd, env.DOCKER_CONFIG || join(env.HOME ?? '', '.docker'))

async function read (folder: string, id: string): Promise<Context> {
  const result = check(JSON.parse(await readFile(join(folder, 'contexts/meta', id, 'meta.json'), 'utf8')))
  if (!('data' in result)) throw new Error('it does not define a Docker Engine')
  const { Name: name, Endpoints: { docker: { Host: url, SkipTLSVerify: isInsecure } } } = result.data
  const certificates = join(folder, 'contexts/tls', id, 'docker')
  const files = await readdir(certificates).catch(() => [])
  return { name, url, certificates: files.length > 0 ? certificates : null, isInsecure }
}

/** Reads a context from the Docker CLI's folder. Rejects if it is missing or unreadable. */
export const readContext = (folder: string, name: string): Promise<Context> =>
  read(folder, createHash('sha256').update(name).digest('hex'))

/** The names of all readable contexts, separated by commas. */
export async function contextNames (folder: string): Promise<string> {
  const ids = await readdir(join(folder, 'contexts/meta')).catch(() => [])
  const contexts = await Promise.allSettled(ids.map(id => read(folder, id)))
  return contexts.flatMap(result => result.status === 'fulfilled' ? [result.value.name] : []).sort().join(', ')
}

/** The built-in context: the Docker CLI's environment variables, or else the local socket. */
export const DEFAULT_CONTEXT = 'default'

/** The context chosen with `docker context use`, or the default if config.json names none or is unreadable. */
export async function contextInUse (folder: string): Promise<string> {
  try {
    const { currentContext } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    return typeof currentContext === 'string' && currentContext !== '' ? currentContext : DEFAULT_CONTEXT
  } catch {
    return DEFAULT_CONTEXT
  }
}
