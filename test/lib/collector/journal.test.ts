import t from 'tap'
import { Journal } from '../../../lib/collector/journal.ts'
import { hostSnapshot } from '../../snapshots.ts'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString()

function open () {
  const log: [object, string][] = []
  const write = (fields: object, message: string) => { log.push([fields, message]) }
  const journal = new Journal({ info: write, warn: write })
  const expiry = (certificateExpiresAt: string | null) =>
    journal.expiry(hostSnapshot({ address: 'https://nas:2376', certificateExpiresAt }))
  return { log, journal, expiry }
}

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

t.test('says where the TLS settings of a host are', async t => {
  const { log, journal } = open()
  journal.lost('nas', { code: 'ENGINE_TLS', message: 'no' })
  const line = 'engine not reached: no: see hosts.nas.tls, or DOCKER_CERT_PATH; trying again'
  t.strictSame(log, [[{ host: 'nas', code: 'ENGINE_TLS' }, line]])
})

t.test('says what to do about a host that is lost, where the error does not', async t => {
  const { log, journal } = open()
  journal.lost('nas', { code: 'ENGINE_FORBIDDEN', message: 'set CONTAINERS=1 there' })
  journal.lost('nas', { code: 'ENGINE_REFUSED', message: 'no' })
  t.strictSame(log.map(([, message]) => message), [
    'engine not reached: set CONTAINERS=1 there: trying again',
    'engine not reached: no: start it, or set hosts.nas.url or DOCKER_HOST; trying again'
  ])
})
