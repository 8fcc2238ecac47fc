import { basicAuth } from './address.ts'
import { jsonRequest, plain, type TargetFactory } from './target.ts'

/** Any HTTP server: a CloudEvents 1.0 event in structured mode. */
export const webhook: TargetFactory = address => {
  const url = new URL(address.text)
  url.username = url.password = url.hash = ''
  return {
    ...plain,
    kind: 'webhook',
    isStateful: false,
    requestOf (message) {
      const { event, at, host, container, ends, rule, severity, title, text, detail, exitCode, percent, held } = message
      const data = { rule, event, severity, host, container, title, text, detail, exitCode, percent, held, ends }
      const cloudEvent = {
        specversion: '1.0',
        id: [event, container?.id ?? host, at].join('/'),
        source: `/hosts/${encodeURIComponent(host)}`,
        type: `dockstatapi.${event}`,
        subject: container?.name || host,
        time: new Date(at).toISOString(),
        datacontenttype: 'application/json',
        data: { ...data, ends: ends && { event: ends.event, time: new Date(ends.at).toISOString() } }
      }
      const headers = { 'content-type': 'application/cloudevents+json', ...basicAuth(address) }
      return jsonRequest(url.href, cloudEvent, headers)
    }
  }
}
