import type { FromSchema } from 'json-schema-to-ts'
import { createCheck, shown, type Violation } from './validate.ts'

/** Schema of the environment variables. */
export const environmentSchema = {
  type: 'object',
  properties: {
    HOST: { type: 'string', description: 'Address to listen on; default: all, including IPv6 if available' },
    PORT: {
      type: 'integer',
      minimum: 0,
      maximum: 65535,
      default: 7070,
      description: 'Port to listen on; 0 picks a free one'
    },
    LOG_LEVEL: {
      enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      default: 'info',
      description: 'Lowest level to log; successful requests are logged at `debug`'
    },
    SECRET: {
      type: 'string',
      format: 'token',
      writeOnly: true,
      description: 'Token that requests must send; takes precedence over `auth.token`'
    },
    SECRET_FILE: { type: 'string', description: 'File that contains the token, instead of `SECRET`' },
    SKIP_AUTH: { type: 'boolean', default: false, description: '`true` disables authentication' },
    DOCKSTAT_CONFIG: {
      type: 'string',
      description: 'Path of the configuration file; `--config PATH` takes precedence; default: `dockstat.yaml` in ' +
        'the working directory'
    },
    DOCKER_HOST: {
      type: 'string',
      format: 'engine-url',
      default: 'unix:///var/run/docker.sock',
      description: 'Engine to watch if the file names no hosts'
    },
    DOCKER_CONTEXT: {
      type: 'string',
      description: 'Docker CLI context to use instead; default: the current context'
    },
    DOCKER_TLS_VERIFY: {
      type: 'string',
      description: 'If not empty, connect to that Engine with TLS and verify its certificate'
    },
    DOCKER_CERT_PATH: {
      type: 'string',
      description: 'Folder with `ca.pem`, `cert.pem` and `key.pem` for that connection; default: `DOCKER_CONFIG`'
    },
    DOCKER_CONFIG: {
      type: 'string',
      description: 'Configuration folder of the Docker CLI, with its contexts; default: `.docker` in the home folder'
    }
  }
} as const

export type Environment = FromSchema<typeof environmentSchema>

const checkEnvironment = createCheck<Environment>(environmentSchema)

/**
 * Reads the environment variables of the service; empty ones count as unset. If any is invalid, adds a line for each to
 * `problems` and returns null.
 */
export function readEnvironment (env: NodeJS.ProcessEnv, problems: string[]): Environment | null {
  const given = Object.keys(environmentSchema.properties).flatMap(name => env[name] ? [[name, env[name]]] : [])
  const SKIP_AUTH = env.SKIP_AUTH?.toLowerCase() || undefined // DockStatAPI v1 spelt it True and False
  const result = checkEnvironment({ ...Object.fromEntries(given), SKIP_AUTH })
  if ('data' in result) return result.data
  const describe = ({ path: [name = ''], message, isPublic }: Violation) =>
    `${name}: ${message}${isPublic ? `, got ${shown(String(env[name]))}` : ''}`
  problems.push(...result.violations.map(describe))
  return null
}
