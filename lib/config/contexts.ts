import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FromSchema } from 'json-schema-to-ts'
import { createCheck } from './validate.ts'

/** meta.json of a context, as the Docker CLI writes it. */
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

/** Where an Engine listens, as a context of the Docker CLI says it. */
export interface Context {
  name: string
  /** Address as the Docker CLI takes it. */
  url: string
  /** Folder with ca.pem, cert.pem and key.pem; null where the context has none of them. */
  certificates: string | null
  /** Whether any certificate of the Engine is taken. */
  isInsecure: boolean
}

const check = createCheck<FromSchema<typeof contextSchema>>(contextSchema)

/** The folder of the Docker CLI: DOCKER_CONFIG, else .docker in the home folder. */
export const dockerFolder = ({ env, cwd }: { env: NodeJS.ProcessEnv, cwd: string }): string =>
  resolve(cwd, env.DOCKER_CONFIG || join(env.HOME ?? '', '.docker'))

async function read (folder: string, id: string): Promise<Context> {
  const result = check(JSON.parse(await readFile(join(folder, 'contexts/meta', id, 'meta.json'), 'utf8')))
  if (!('data' in result)) throw new Error('it names no Docker Engine')
  const { Name: name, Endpoints: { docker: { Host: url, SkipTLSVerify: isInsecure } } } = result.data
  const certificates = join(folder, 'contexts/tls', id, 'docker')
  const files = await readdir(certificates).catch(() => [])
  return { name, url, certificates: files.length > 0 ? certificates : null, isInsecure }
}

/**
 * A context in the folder of the Docker CLI.
 * @throws when there is none of that name, or it cannot be read
 */
export const readContext = (folder: string, name: string): Promise<Context> =>
  read(folder, createHash('sha256').update(name).digest('hex'))

/** The names of the contexts that can be read, joined with commas. */
export async function contextNames (folder: string): Promise<string> {
  const ids = await readdir(join(folder, 'contexts/meta')).catch(() => [])
  const contexts = await Promise.allSettled(ids.map(id => read(folder, id)))
  return contexts.flatMap(result => result.status === 'fulfilled' ? [result.value.name] : []).sort().join(', ')
}

/** The context that stands for the variables of the Docker CLI, or the socket. */
export const DEFAULT_CONTEXT = 'default'

/** The context that `docker context use` has chosen; the default one where config.json names none or cannot be read. */
export async function contextInUse (folder: string): Promise<string> {
  try {
    const { currentContext } = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    return typeof currentContext === 'string' && currentContext !== '' ? currentContext : DEFAULT_CONTEXT
  } catch {
    return DEFAULT_CONTEXT
  }
}
