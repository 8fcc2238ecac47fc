import t from 'tap'
import { Journal } from '../../../lib/fleet/journal.ts'
import type { HostSnapshot, Problem } from '../../../lib/model/snapshot.ts'
import { hostSnapshot } from '../../support/snapshots.ts'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()

/** A journal, what it has written so far, and what shows it one snapshot after the other. */
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

t.test('warns once of a certificate that ends in less than 14 days, or has ended', async t => {
  for (const expiresAt of [inDays(13), inDays(-1)]) {
    const { log, expiry } = open()
    expiry(expiresAt)
    expiry(expiresAt)
    const line = `a certificate for the engine at https://nas:2376 ends on ${expiresAt}: renew it`
    t.strictSame(log, [[{ host: 'nas', expiresAt }, line]])
    expiry(inDays(5))
    t.equal(log.length, 2, 'and of the next one')
  }
})

t.test('says nothing of one that is good for longer, or of none', async t => {
  const { log, expiry } = open()
  expiry(inDays(15))
  expiry(null)
  t.strictSame(log, [])
})

t.test('says what to do about a host that is lost, where the error does not', async t => {
  const { log, see } = open()
  const advice = [
    ['ENGINE_TLS', 'see hosts.nas.tls, or DOCKER_CERT_PATH; '],
    ['ENGINE_REFUSED', 'start it, or set hosts.nas.url or DOCKER_HOST; '],
    ['ENGINE_UNREACHABLE', 'start it, or set hosts.nas.url or DOCKER_HOST; '],
    ['ENGINE_FAILED', ''],
    ['ENGINE_FORBIDDEN', '']
  ] as const
  for (const [code] of advice) {
    for (let times = 0; times < 2; times++) see({ up: false, error: { code, message: 'no' } })
  }
  const line = (what: string) => `engine not reached: no: ${what}trying again`
  t.strictSame(log, advice.map(([code, what]) => [{ host: 'nas', code }, line(what)]))
})

t.test('a problem gets a line when it begins, changes in kind and ends, whatever its containers', async t => {
  const { messages, see } = open()
  see({})
  for (const containers of [['web'], ['web', 'db', 'x'], ['db']]) see({ problems: [problem({ containers })] })
  see({ problems: [problem({ code: 'ENGINE_FAILED', message: 'answered 500', containers: ['db', 'x'] })] })
  see({})
  t.strictSame(messages(), [
    'engine reached at unix:///var/run/docker.sock: 0 containers, events connecting',
    'the host is up, but not all works: stats of web: no answer',
    'the host is up, but not all works: stats of db and 1 more: answered 500',
    'stats works again; it did not since then'
  ])
})

t.test('problems are no news while the host is down, nor over because of that', async t => {
  const { messages, see } = open()
  const info = problem({ what: 'info' })
  see({ problems: [info] })
  see({ up: false, error: { code: 'ENGINE_FAILED', message: 'no' } })
  see({ problems: [info] })
  t.strictSame(messages().map(message => message.split(':')[0]), [
    'engine reached at unix', 'the host is up, but not all works', 'engine not reached',
    'engine reached at unix', 'the host is up, but not all works'
  ])
})
