import t from 'tap'
import { Journal } from '../../../lib/fleet/journal.ts'
import type { HostSnapshot, Problem } from '../../../lib/model/snapshot.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()

function open () {
  const log: [object, string][] = []
  const write = (fields: object, message: string) => { log.push([fields, message]) }
  const journal = new Journal({ info: write, warn: write })
  let previous = hostSnapshot({ up: null })
  journal.see(previous, null)
  const see = (given: Partial<HostSnapshot>) => {
    const next = hostSnapshot({ up: true, ...given })
    journal.see(next, previous)
    previous = next
  }
  const expiry = (certificateExpiresAt: string | null) =>
    see({ up: null, address: 'https://nas:2376', certificateExpiresAt })
  return { log, messages: () => log.map(([, message]) => message), see, expiry }
}

const problem = (given: Partial<Problem> = {}): Problem =>
  ({ what: 'stats', code: 'ENGINE_TIMEOUT', message: 'no answer', since: 'then', containers: [], ...given })

t.test('warns once about a certificate that expires within 14 days or has expired', async t => {
  for (const expiresAt of [inDays(13), inDays(-1)]) {
    const { log, expiry } = open()
    expiry(expiresAt)
    expiry(expiresAt)
    const line = `A certificate for host "nas" at https://nas:2376 expires on ${expiresAt}. Renew it.`
    t.strictSame(log, [[{ host: 'nas', expiresAt }, line]])
    expiry(inDays(5))
    t.equal(log.length, 2, 'and again about the next one')
  }
})

t.test('logs nothing if the certificate is valid for longer or there is none', async t => {
  const { log, expiry } = open()
  expiry(inDays(15))
  expiry(null)
  t.strictSame(log, [])
})

t.test('logs once why a host is lost, and what to do about it', async t => {
  const { log, see } = open()
  const address = 'https://nas:2376'
  const codes = [
    ['ENGINE_TLS', 'reach', 'Check hosts.nas.tls. '],
    ['ENGINE_UNREACHABLE', 'reach', 'Is the host on, and is there a route to it? '],
    ['ENGINE_FORBIDDEN', 'poll', '']
  ] as const
  for (const [code] of codes) {
    for (let times = 0; times < 2; times++) see({ up: false, address, error: { code, message: `${address}: no` } })
  }
  t.strictSame(log, codes.map(([code, action, what]) =>
    [{ host: 'nas', code }, `Cannot ${action} the Docker Engine of host "nas" at ${address}: no. ${what}Retrying.`]))
})

t.test('logs a problem when it begins, changes in kind and ends, whatever its containers', async t => {
  const { messages, see } = open()
  see({})
  for (const containers of [['web'], ['web', 'db', 'x'], ['db']]) see({ problems: [problem({ containers })] })
  see({ problems: [problem({ code: 'ENGINE_FAILED', message: 'answered 500', containers: ['db', 'x'] })] })
  see({})
  t.strictSame(messages(), [
    'Connected to host "nas" at unix:///var/run/docker.sock (containers: 0, event stream: connecting)',
    'Host "nas" is up, but "stats" failed for web: no answer',
    'Host "nas" is up, but "stats" failed for db and 1 more: answered 500',
    '"stats" works again on host "nas"; it had failed since then'
  ])
})

t.test('neither logs nor ends problems while the host is down', async t => {
  const { messages, see } = open()
  const info = problem({ what: 'info' })
  see({ problems: [info] })
  see({ up: false, error: { code: 'ENGINE_FAILED', message: 'no' } })
  see({ problems: [info] })
  t.strictSame(messages().map(message => message.split(':')[0]), [
    'Connected to host "nas" at unix', 'Host "nas" is up, but "info" failed',
    'Cannot poll the Docker Engine of host "nas" at unix',
    'Connected to host "nas" at unix', 'Host "nas" is up, but "info" failed'
  ])
})

t.test('logs nothing about hosts that another replica polls', async t => {
  const messages: string[] = []
  const write = (_fields: object, message: string) => { messages.push(message.split(' (')[0] ?? '') }
  const polled = new Set<string>()
  const journal = new Journal({ info: write, warn: write }, host => polled.has(host))
  let previous: HostSnapshot | null = null
  const see = (given: Partial<HostSnapshot>) => {
    const next = hostSnapshot({ up: true, ...given })
    journal.see(next, previous)
    previous = next
  }
  const down = { up: false, error: { code: 'ENGINE_FAILED', message: 'no' } } as const
  for (const given of [{ up: null }, {}, down, {}]) see({ epoch: 'theirs', ...given })
  t.strictSame(messages, [])
  polled.add('nas')
  for (const version of [1, 2, 3]) see({ epoch: 'ours', version })
  t.strictSame(messages.splice(0), ['Connected to host "nas" at unix:///var/run/docker.sock'], 'once it is ours')
  see({ epoch: 'ours', ...down })
  t.equal(messages.splice(0).length, 1)
  polled.delete('nas')
  see({ epoch: 'ours' })
  see({ epoch: 'theirs', ...down })
  t.strictSame(messages, [])
  journal.see(null, previous)
  t.strictSame(messages, [])
})
