import type { Triggers } from '../../config/notify.ts'
import { above } from './above.ts'
import { certificate } from './certificate.ts'
import type { Condition, Watched } from './condition.ts'
import { exits } from './exits.ts'
import { gone } from './gone.ts'
import { health } from './health.ts'
import { hostDown } from './host-down.ts'
import { restartLoop } from './restart-loop.ts'

/** Grace time of a rule that listens to `host-up` only. */
const NO_GRACE = { after: 0 }

/** The conditions that a rule needs for the events that it listens to. */
export function conditionsFor (on: Triggers, watched: Watched): Condition[] {
  const outage = on['host-down'] ?? (on['host-up'] && NO_GRACE)
  return [
    (on.die ?? on.oom) && exits(on, watched),
    (on.unhealthy ?? on.healthy) && health(watched),
    on['restart-loop'] && restartLoop(on['restart-loop'], watched),
    outage && hostDown(outage),
    on['memory-above'] && above('memory-above', on['memory-above'], watched),
    on['cpu-above'] && above('cpu-above', on['cpu-above'], watched),
    on['certificate-expiring'] && certificate(on['certificate-expiring'], watched),
    on['container-gone'] && gone(on['container-gone'], watched)
  ].filter(condition => condition !== undefined)
}
