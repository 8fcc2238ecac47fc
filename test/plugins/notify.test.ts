import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { build } from '../support/build.ts'
import { startFakeEngine } from '../support/fake-engine.ts'
import { startReceiver } from '../support/receiver.ts'
import { MARK } from '../support/secrets.ts'
import { start } from '../support/start.ts'
import { until } from '../support/until.ts'

const headers = { authorization: MARK }
const down = (port: number, more = '') => `
mintimeout: 100
hosts: { none: { url: unix:///nowhere } }
notify: [{ name: ops, url: "http://127.0.0.1:${port}/${MARK}", on: [host-down: { after: 0 }]${more} }]
`

/** The service's metrics about notifications. */
async function metricsOf ({ app }: Awaited<ReturnType<typeof build>>) {
  const { body } = await app.inject({ url: '/metrics', headers })
  return body.split('\n').filter(line => line.startsWith('dockstatapi_notifications_total'))
}

const eventsOf = ({ received }: { received: { body: string }[] }) =>
  received.map(({ body }) => JSON.parse(body).data.event)

t.test('does nothing without rules', async t => {
  const built = await build(t, { yaml: 'hosts: { none: { url: unix:///nowhere } }' })
  await until(() => built.app.stats.snapshots()[0]?.up === false)
  t.equal(built.app.notifications().size, 0)
  t.strictSame(await metricsOf(built), [])
  await built.app.close()
  t.notOk(existsSync(join(built.cwd, 'data')))
})

t.test('sends what happens, exports the results, and shows no secret', async t => {
  const receiver = await startReceiver(t)
  const built = await build(t, { yaml: down(receiver.port) })
  t.equal((await metricsOf(built)).length, 4, 'zeros from the start')
  await until(() => built.app.notifications().get('ops')?.sent === 1)
  t.strictSame(eventsOf(receiver), ['host-down'])
  const sent = 'dockstatapi_notifications_total{name="ops",result="sent"} 1'
  await until(async () => (await metricsOf(built)).includes(sent))
  const { body } = await built.app.inject({ url: '/config', headers })
  t.match(body, 'url: ******, on')
  await built.app.close()
  t.notMatch(readFileSync(join(built.cwd, 'data/notifications.json'), 'utf8'), MARK)
})

t.test('applies rules that are added, changed and removed', async t => {
  const receiver = await startReceiver(t)
  const { app, cwd } = await build(t, { yaml: 'mintimeout: 100\nhosts: { none: { url: unix:///nowhere } }' })
  const apply = async (yaml: string) => {
    writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
    await app.reloadConfig()
  }
  await apply(down(receiver.port))
  await until(() => receiver.received.length === 1)
  await apply(down(receiver.port, ', throttle: 1'))
  await apply('hosts: { none: { url: unix:///nowhere } }\n')
  t.equal(app.notifications().size, 0)
  t.strictSame(eventsOf(receiver), ['host-down'], 'the changed rule remembers what it told')
})

/** Runs the service in a process, whose host goes down and comes back. */
async function outage (t: Test) {
  const engine = await startFakeEngine(t)
  const receiver = await startReceiver(t)
  const yaml = `
mintimeout: 100
hosts: { nas: { url: "${engine.address}" } }
notify:
  - name: ops
    url: "\${HOOK}"
    on: [host-down: { after: 1 }, host-up]
    template: "{{host}} {{event}} {{detail}}"
`
  const env = { HOOK: `http://127.0.0.1:${receiver.port}/${MARK}` }
  return { engine, receiver, yaml, env }
}

t.test('a process tells about a host that goes down after a grace time, and comes back', async t => {
  const { engine, receiver, yaml, env } = await outage(t)
  const { lines } = await start(t, { yaml, env })
  await until(() => lines().some(({ msg }) => String(msg).startsWith('Connected to host')))
  t.strictSame(receiver.received, [])
  await engine.close()
  await until(() => receiver.received.length === 1)
  await engine.listen()
  await until(() => receiver.received.length === 2)
  t.match(receiver.received.map(({ body }) => JSON.parse(body).data.text), [/^nas host-down ENGINE_/, 'nas host-up '])
})

t.test('a process that is restarted tells only what is new', async t => {
  const { engine, receiver, yaml, env } = await outage(t)
  await engine.close()
  const first = await start(t, { yaml, env })
  await until(() => receiver.received.length === 1)
  first.child.kill()
  t.equal(await first.ended, 0)
  const second = await start(t, { yaml, env, cwd: first.cwd })
  await until(() => second.stdout().includes('Cannot reach'))
  await engine.listen()
  await until(() => receiver.received.length === 2)
  t.strictSame(eventsOf(receiver), ['host-down', 'host-up'])
})

t.test('a process ends in time while a target does not answer', async t => {
  const receiver = await startReceiver(t, () => {})
  const { child, ended } = await start(t, { yaml: down(receiver.port) })
  await until(() => receiver.received.length === 1)
  child.kill()
  t.equal(await ended, 0)
})
