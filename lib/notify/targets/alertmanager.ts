import { events } from '../events.ts'
import type { Message } from '../message.ts'
import { basicAuth, pathOf } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Until when a problem without an end lasts: nobody would resolve it if its rule were removed. */
const LONGEST = 7 * 86_400_000

/** Problems that last; Alertmanager itself decides when the others are over (`resolve_timeout`). */
const LASTING: ReadonlySet<string> = new Set([
  'unhealthy', 'host-down', 'memory-above', 'cpu-above', 'certificate-expiring'
])

const timeOf = (milliseconds: number) => new Date(milliseconds).toISOString()

/** Labels identify an alert, so they must not change between its start and its end. */
function labelsOf ({ rule, event, severity, host, container, ends }: Message): Record<string, string> {
  return {
    alertname: ends?.event ?? event,
    severity: ends ? events[ends.event].severity : severity,
    rule,
    docker_host: host,
    ...container && { name: container.name }
  }
}

function alertOf (message: Message) {
  const { event, at, ends, title, text } = message
  const end = ends ? at : LASTING.has(event) ? at + LONGEST : null
  return {
    labels: labelsOf(message),
    annotations: { summary: title, description: text },
    startsAt: timeOf(ends?.at ?? at),
    ...end !== null && { endsAt: timeOf(end) }
  }
}

/** `alertmanager://[user:password@]host:port`, with a path if its web.route-prefix has one */
export const alertmanager: TargetFactory = address => {
  const url = `${address.origin()}${pathOf(...address.path, 'api', 'v2', 'alerts')}`
  return {
    ...plain,
    kind: 'alertmanager',
    isStateful: true,
    requestOf: message => jsonRequest(url, [alertOf(message)], basicAuth(address))
  }
}
