import { stringify } from 'yaml'
import { colours, fleet, type DemoHost } from './fleet.ts'

/** Milliseconds between polls: a page with charts that move is a better demo. */
const INTERVAL = 2000

/**
 * The configuration file of the demo.
 * @param history path of the history file
 * @param pathOf the Unix socket of a host
 */
export function demoConfig (history: string, pathOf: (host: DemoHost) => string): string {
  const looks = fleet.flatMap(({ containers }) => containers).map(({ name, look }) => [name, look])
  return stringify({
    mintimeout: INTERVAL,
    log: { file: 'none' },
    history: { file: history },
    tags: colours,
    hosts: Object.fromEntries(fleet.map(host => [host.name, { url: `unix://${pathOf(host)}` }])),
    container: Object.fromEntries(looks)
  })
}
