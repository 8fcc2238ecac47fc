import type { ContainerSnapshot } from '../model/snapshot.ts'
import { InvalidQuery } from '../errors.ts'
import { glob } from '../model/glob.ts'
import { own } from '../model/own.ts'

/** The filters of `/containers`, besides hosts. */
export interface ContainerQuery {
  state: readonly string[]
  name: readonly string[]
  label: readonly string[]
}

/** The states of Docker and Podman, and `unknown`, which a container has until it has been inspected. */
const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead', 'unknown']

/** Each `*` in a glob multiplies the time that a near miss can take. */
const MOST_STARS = 5

/** @throws InvalidQuery with the allowed values */
export function check (parameter: string, values: readonly string[], allowed: readonly string[]) {
  const unknown = values.find(value => !allowed.includes(value))
  if (unknown !== undefined) throw new InvalidQuery(parameter, unknown, `one of ${allowed.join(', ')}`)
}

function readLabels (given: readonly string[], allowed: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const labels = new Map<string, string[]>()
  for (const label of given) {
    const key = allowed.find(key => label.startsWith(`${key}=`))
    if (key === undefined) {
      const keys = allowed.map(key => `${key}=…`).join(', ')
      throw new InvalidQuery('label', label, keys ? `one of ${keys}` : 'omitted: the configuration lists no labels')
    }
    labels.set(key, [...labels.get(key) ?? [], label.slice(key.length + 1)])
  }
  return labels
}

/**
 * Returns a predicate for names: it must match one of the globs; none means all names.
 * @throws InvalidQuery with what is allowed
 */
export function readNames (patterns: readonly string[]): (name: string) => boolean {
  const odd = patterns.find(pattern => pattern === '' || pattern.split('*').length - 1 > MOST_STARS)
  if (odd !== undefined) throw new InvalidQuery('name', odd, `a non-empty name with at most ${MOST_STARS} * wildcards`)
  const globs = patterns.map(glob)
  return name => globs.length === 0 || globs.some(isMatch => isMatch(name))
}

/**
 * Returns a predicate for containers: one value of every parameter must match. Each label key counts as a parameter.
 * @throws InvalidQuery with the allowed values
 */
export function readContainerQuery (
  { state, name, label }: ContainerQuery,
  allowedLabels: readonly string[]
): (container: ContainerSnapshot) => boolean {
  check('state', state, STATES)
  const labels = [...readLabels(label, allowedLabels)]
  const isNamed = readNames(name)
  return container =>
    (state.length === 0 || state.includes(container.state)) &&
    isNamed(container.name) &&
    labels.every(([key, values]) => values.some(value => value === own(container.labels, key)))
}

/**
 * Reads comma-separated lists of fields; an empty result means all fields.
 * @throws InvalidQuery with the allowed fields
 */
export function readFields (given: readonly string[], allowed: readonly string[]): readonly string[] {
  const fields = given.flatMap(list => list.split(',')).map(field => field.trim()).filter(Boolean)
  check('fields', fields, allowed)
  return fields
}
