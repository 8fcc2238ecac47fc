import type { Labels } from '../engine/wire.ts'

/** Labels that mean something here, whatever the configuration says. */
const KNOWN = new Set([
  'com.docker.compose.project', 'com.docker.compose.service',
  'dockstat.link', 'dockstat.icon', 'dockstat.tags', 'dockstat.ignore',
  'homepage.href', 'homepage.icon'
])

/**
 * The labels of a container that are kept; the others can be many and long.
 * @param allowed names of labels that the configuration shows
 */
export function keptLabels (labels: Labels, allowed: ReadonlySet<string>): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => KNOWN.has(name) || allowed.has(name)))
}
