import t from 'tap'
import { AT, deliver, HOSTILE, parseAs } from '../../../support/messages.ts'
import { startReceiver, startSecureReceiver } from '../../../support/receiver.ts'

const labels = {
  type: 'object',
  propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' },
  additionalProperties: { type: 'string', minLength: 1 }
}

/** `postableAlerts` of Alertmanager's API v2. */
const ALERTS = {
  type: 'array',
  minItems: 1,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['labels'],
    properties: {
      labels: { ...labels, required: ['alertname'] },
      annotations: labels,
      startsAt: { type: 'string', format: 'time' },
      endsAt: { type: 'string', format: 'time' },
      generatorURL: { type: 'string', format: 'url' }
    }
  }
}

t.test('posts an alert', async t => {
  const receiver = await startSecureReceiver(t, 'alerts.example')
  const { method, path, headers, body } = await deliver(receiver, 'alertmanager://me:secret@alerts.example:9093')
  t.equal(`${method} ${path}`, 'POST /api/v2/alerts')
  t.equal(headers['content-type'], 'application/json')
  t.equal(headers.authorization, `Basic ${Buffer.from('me:secret').toString('base64')}`)
  t.strictSame(parseAs(ALERTS, body), [{
    labels: { alertname: 'die', severity: 'warning', rule: 'ops', docker_host: 'nas', name: 'web' },
    annotations: {
      summary: 'web on nas exited with code 3',
      description: 'Host: nas\nContainer: web (nginx:1.27)\nTime: 2026-11-28T12:00:00.000Z'
    },
    startsAt: '2026-11-28T12:00:00.000Z'
  }], 'Alertmanager decides when it is over')
})

t.test('resolves an alert with the same labels and start', async t => {
  const receiver = await startReceiver(t)
  const url = `alertmanager+http://127.0.0.1:${receiver.port}/prefix`
  const about = { container: null, exitCode: null }
  const begun = await deliver(receiver, url, { event: 'host-down', ...about })
  t.equal(begun.path, '/prefix/api/v2/alerts')
  const [alert] = parseAs(ALERTS, begun.body)
  t.equal(alert.endsAt, '2026-12-05T12:00:00.000Z', 'it lasts until it is resolved')
  const ends = { event: 'host-down', at: AT } as const
  const ended = await deliver(receiver, url, { event: 'host-up', at: AT + 90_000, ends, ...about })
  const [resolved] = parseAs(ALERTS, ended.body)
  t.strictSame([resolved.labels, resolved.startsAt], [alert.labels, alert.startsAt])
  t.equal(resolved.endsAt, '2026-11-28T12:01:30.000Z')
})

t.test('has valid labels whatever names contain', async t => {
  const receiver = await startReceiver(t)
  const { body } = await deliver(receiver, `alertmanager+http://127.0.0.1:${receiver.port}`, HOSTILE)
  t.equal(parseAs(ALERTS, body)[0].labels.docker_host, HOSTILE.host)
})
