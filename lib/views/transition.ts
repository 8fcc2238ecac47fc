import type { Transition } from '../model/transition.ts'

/** A transition as JSON. */
export const transitionRow = ({ id, at, host, container, action, exitCode, health, detail }: Transition) =>
  ({ id, at: new Date(at).toISOString(), host, container, action, exitCode, health, detail })
