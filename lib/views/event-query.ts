import { readMoment } from '../http/moment.ts'
import { once, readCount } from '../http/parameters.ts'
import { ACTIONS, type Transition } from '../model/transition.ts'
import { check, readNames } from './container-query.ts'

/** The parameters of `/events`, besides hosts. */
export interface EventQuery {
  name: readonly string[]
  action: readonly string[]
  since: readonly string[]
  limit: readonly string[]
}

const LIMIT = { otherwise: 100, most: 1000 }

/**
 * Returns a predicate for transitions, and how many of them are wanted at most.
 * @param now milliseconds since the epoch
 * @throws InvalidQuery with what is allowed
 */
export function readEventQuery ({ name, action, since, limit }: EventQuery, now: number) {
  check('action', action, ACTIONS)
  const isNamed = readNames(name)
  const from = once('since', since)
  const earliest = from === undefined ? -Infinity : readMoment('since', from, now)
  const isSelected = ({ at, action: done, container }: Transition): boolean =>
    at >= earliest && (action.length === 0 || action.includes(done)) &&
    (name.length === 0 || (container !== null && isNamed(container.name)))
  return { isSelected, limit: readCount('limit', limit, LIMIT) }
}
