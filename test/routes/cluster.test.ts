import t from 'tap'
import { build } from '../support/build.ts'
import { lowPort } from '../support/low-port.ts'
import { MARK } from '../support/secrets.ts'
import { until } from '../support/until.ts'

const headers = { authorization: MARK }
const HOSTS = 'hosts: { none: { url: unix:///nowhere } }\n'

t.test('says that there is no cluster', async t => {
  const { app } = await build(t, { yaml: HOSTS })
  const response = await app.inject({ url: '/cluster', headers })
  t.match(response.json(), {
    statusCode: 404, code: 'NO_CLUSTER', message: 'There is no cluster; see `cluster` in docs/configuration.md'
  })
  t.equal((await app.inject('/cluster')).statusCode, 401)
})

t.test('tells how this replica is doing', async t => {
  const { app, log } = await build(t, { yaml: `${HOSTS}cluster: { url: "redis://127.0.0.1:${await lowPort()}" }` })
  await until(() => app.cluster()?.problem)
  const response = await app.inject({ url: '/cluster', headers })
  console.error(response.body)
  t.equal(response.headers['cache-control'], 'no-store')
  t.match(response.json(), {
    id: /^[\w-]{12}$/,
    isConnected: false,
    problem: /ECONNREFUSED/,
    replicas: [],
    leases: { held: 0, lost: 0 },
    silentHosts: 0,
    messages: { sent: 0, received: 0, unreadable: 0 },
    bytes: { sent: 0, received: 0 }
  })
  t.match(log(), /Cannot reach the server of the cluster: .*ECONNREFUSED.* This replica goes on with its hosts\. Retr/)
  t.equal((await app.inject({ url: '/cluster?host=none', headers })).statusCode, 400)
})
