import { stringify } from 'yaml'
import { colours, fleet, type DemoHost } from './fleet.ts'

/** Milliseconds between polls: a page with charts that move is a better demo. */
const INTERVAL = 2000

/**
 * The configuration file of the demo.
 * @param pathOf the Unix socket of a host
 */
export function demoConfig (pathOf: (host: DemoHost) => string): string {
  const looks = fleet.flatMap(({ containers }) => containers).map(({ name, look }) => [name, look])
  return stringify({
    mintimeout: INTERVAL,
    log: { file: 'none' },
    tags: colours,
    hosts: Object.fromEntries(fleet.map(host => [host.name, { url: `unix://${pathOf(host)}` }])),
    container: Object.fromEntries(looks)
  })
}
