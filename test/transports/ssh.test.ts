import t from 'tap'
import pMap from 'p-map'
import { build } from '../support/build.ts'
import { until } from '../support/until.ts'
import { container, docker, inspect } from '../real-engine/docker.ts'
import { serve } from '../real-engine/service.ts'
import { skip, startSshd } from './sshd.ts'

const COUNT = 8
const MOST_PROCESSES = 4 + 2

t.test('shows a container as docker inspect does, and follows its events', { skip }, async t => {
  const sshd = await startSshd(t)
  const { row, rows, host, log } = await serve(t, sshd.address, 60_000)
  await until(async () => (await host()).up)
  const id = await container(t)
  const { name, state, image } = await row(id, 'running')
  const inspected = await inspect(id)
  t.strictSame({ name, state, image }, {
    name: inspected.Name.slice(1), state: 'running', image: inspected.Config.Image
  })
  await docker('rm', '-f', id)
  await until(async () => (await rows()).every(other => other.id !== id))
  t.match(log(), /event stream: live/)
  t.notMatch(log(), /"level":[456]0/)
})

t.test(`samples ${COUNT} containers in every poll over few connections, and leaves none open`, { skip }, async t => {
  const sshd = await startSshd(t)
  const start = () => container(t, { options: ['--network', 'none'] })
  const ids = new Set(await pMap(Array(COUNT), start, { concurrency: 4 }))
  const { app, log } = await build(t, { yaml: `mintimeout: 100\nhosts: { far: { url: '${sshd.address}' } }` })
  const snapshot = () => app.stats.snapshots()[0]
  const sampled = () => snapshot()?.containers.filter(({ id, sample }) => ids.has(id) && sample).length
  await until(() => snapshot()?.up)
  for (let poll = 0; poll < 2; poll++) {
    const before = snapshot()?.lastSeen
    await until(() => snapshot()?.lastSeen !== before)
    t.equal(sampled(), COUNT)
  }
  t.notMatch(log(), /"level":[456]0/)
  t.ok(sshd.starts().length <= MOST_PROCESSES, `reuses its processes: ${sshd.starts().length}`)
  await app.close()
  t.equal(sshd.running(), 0)
})

const faults = [
  ['a wrong key', 'key', /Permission denied \(publickey\)/],
  ['an unknown host key', 'host key', /Host key verification failed/],
  ['no docker on the remote host', 'no docker', /docker: (command )?not found|docker: No such file/]
] as const

for (const [title, fault, message] of faults) {
  t.test(`reports ${title} as the error of the host, with the message of ssh`, { skip }, async t => {
    const sshd = await startSshd(t, { fault })
    const { host, log } = await serve(t, sshd.address)
    await until(async () => (await host()).error)
    t.match(await host(), { up: false, error: 'ENGINE_SSH' })
    await until(() => message.test(log()))
    t.equal(log().match(/Cannot reach the Docker Engine/g)?.length, 1)
    await until(() => sshd.running() === 0)
  })
}

t.test('recovers if every ssh process is killed', { skip }, async t => {
  const sshd = await startSshd(t)
  const { host, log, polled } = await serve(t, sshd.address)
  await until(async () => (await host()).up)
  for (const { pid } of sshd.starts()) process.kill(pid)
  await polled()
  t.match(await host(), { up: true, error: null })
  t.notMatch(log(), /"level":[456]0/)
})
