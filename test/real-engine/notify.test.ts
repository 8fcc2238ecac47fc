import t, { type Test } from 'tap'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'
import { container, docker, isEmulated, isPodman, skip } from './docker.ts'
import { serve } from './service.ts'

const dataIn = ({ received }: Receiver) => received.map(({ body }) => JSON.parse(body).data)

/** The service, with a rule for the containers that tests create, and a receiver. */
async function watch (t: Test, on: string) {
  const receiver = await startReceiver(t)
  const url = `http://127.0.0.1:${receiver.port}`
  const rule = `{ name: ops, url: "${url}", on: ${on}, containers: [dockstat-test-*], throttle: 0 }`
  const service = await serve(t, undefined, isEmulated ? 1000 : 100, `notify: [${rule}]\n`)
  await until(async () => (await service.host()).up)
  /** What was told about a container. */
  const told = (id: string) => dataIn(receiver).filter(({ container }) => container?.id === id)
  /** Creates a container, and starts it once the service knows it. */
  async function start (command: string[], options: string[] = []) {
    const id = await container(t, { verb: 'create', command, options })
    await service.row(id)
    await docker('start', id)
    return id
  }
  return { service, told, start }
}

t.test('tells once about a container that fails, and not about one that succeeds', { skip }, async t => {
  const { service, told, start } = await watch(t, '[die, oom]')
  const good = await start(['true'])
  await service.row(good, 'exited')
  const id = await start(['sh', '-c', 'exit 3'])
  await until(() => told(id).length)
  const last = await start(['sh', '-c', 'exit 4'])
  await until(() => told(last).length)
  t.match(told(id), [{ event: 'die', exitCode: 3, host: 'real' }])
  t.equal(told(id).length, 1)
  t.strictSame(told(good), [])
})

// Podman reports no oom events.
if (!isPodman) {
  t.test('tells once about a container that is killed for lack of memory', { skip }, async t => {
    const { service, told, start } = await watch(t, '[die, oom]')
    const id = await start(['tail', '/dev/zero'], ['--memory', '16m', '--memory-swap', '16m'])
    await service.row(id, 'exited')
    await until(() => told(id).length)
    const last = await start(['sh', '-c', 'exit 4'])
    await until(() => told(last).length)
    t.equal(told(id).length, 1)
    t.match(told(id)[0], { event: /^(oom|die)$/, exitCode: told(id)[0].event === 'die' ? 137 : null })
  })
}

t.test('tells nothing about docker stop, but about a removed container', { skip }, async t => {
  const { told, start } = await watch(t, '[die, container-gone: { after: 1 }]')
  const id = await start(['sh', '-c', 'trap "exit 143" TERM; sleep 3600 & wait'])
  await docker('exec', id, 'true')
  await docker('stop', '--time', '10', id) // Podman kills at once without a time
  await docker('rm', id)
  await until(() => told(id).length)
  t.match(told(id), [{ event: 'container-gone' }])
  t.equal(told(id).length, 1)
})
