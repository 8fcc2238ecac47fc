import { environmentSchema, type Environment } from './schema.ts'
import { createCheck, shown, type Violation } from './validate.ts'

const checkEnvironment = createCheck<Environment>(environmentSchema)

/**
 * Reads the environment variables of the service; empty ones count as unset. If any is invalid, adds a line for each to
 * `problems` and returns null.
 */
export function readEnvironment (env: NodeJS.ProcessEnv, problems: string[]): Environment | null {
  const given = Object.keys(environmentSchema.properties).flatMap(name => env[name] ? [[name, env[name]]] : [])
  const result = checkEnvironment(Object.fromEntries(given))
  if ('data' in result) return result.data
  const describe = ({ path: [name = ''], message, isPublic }: Violation) =>
    `${name}: ${message}${isPublic ? `, got ${shown(String(env[name]))}` : ''}`
  problems.push(...result.violations.map(describe))
  return null
}
