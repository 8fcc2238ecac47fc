import t, { type Test } from 'tap'
import {
  container, docker, inspect, interfaceBytes, isEmulated, isPodman, network, printedStats, skip
} from './docker.ts'
import { serve, type Service } from './service.ts'

t.jobs = isEmulated ? 2 : 4

/** Generates traffic on every network of a container by pinging its gateways. */
async function makeTraffic (id: string) {
  const { NetworkSettings: { Networks } } = await inspect(id)
  const pings = Object.values(Networks).map(({ Gateway: gateway }) => `busybox ping -c 2 -i 0.2 -s 1400 ${gateway}`)
  await docker('exec', id, 'sh', '-c', pings.join(' && '))
}

async function compareWithKernel (t: Test, id: string, service?: Service) {
  const { steady } = service ?? await serve(t)
  const { row, fact } = await steady(id, () => interfaceBytes(id))
  t.ok(fact.rx > 2800 && fact.tx > 2800, `there was traffic: ${fact.rx}, ${fact.tx}`)
  t.strictSame({ rx: row.net_rx, tx: row.net_tx }, fact)
  t.equal(row.networkMode, (await inspect(id)).HostConfig.NetworkMode)
  return row
}

t.test('agrees with the kernel on the bytes of a container on the default network', { skip }, async t => {
  const id = await container(t)
  await makeTraffic(id)
  t.match((await compareWithKernel(t, id)).networkMode, /^(default|bridge)$/)
})

t.test('sums the bytes of a container on two networks', { skip }, async t => {
  const [first, second] = [await network(t), await network(t)]
  const id = await container(t, { options: ['--network', first] })
  await docker('network', 'connect', second, id)
  await makeTraffic(id)
  const expected = isPodman ? 'bridge' : first // Podman reports the driver
  t.equal((await compareWithKernel(t, id)).networkMode, expected)
})

t.test('shows the same bytes for containers that share a network namespace', { skip }, async t => {
  const owner = await container(t, { options: ['--network', await network(t)] })
  const id = await container(t, { options: ['--network', `container:${owner}`] })
  await makeTraffic(owner)
  const service = await serve(t)
  t.equal((await compareWithKernel(t, id, service)).networkMode, `container:${owner}`)
  await compareWithKernel(t, owner, service)
})

for (const mode of ['host', 'none']) {
  t.test(`shows no bytes for a container with network mode ${mode}, like docker stats`, { skip }, async t => {
    const id = await container(t, { options: ['--network', mode] })
    const { row } = await serve(t)
    const { state, mem_usage: usage, ...others } = await row(id)
    t.match(others, { net_rx: 0, net_tx: 0, current_net_rx: 0, current_net_tx: 0, networkMode: mode })
    t.ok(state === 'running' && usage > 0)
    t.equal((await printedStats(id)).NetIO, '0B / 0B')
  })
}

t.test('resets the counters when the container restarts', { skip }, async t => {
  const id = await container(t, { options: ['--network', await network(t)] })
  await makeTraffic(id)
  const { steady } = await serve(t)
  const before = await steady(id, () => interfaceBytes(id))
  await docker('restart', '--time', '0', id)
  const { row, fact } = await steady(id, () => interfaceBytes(id))
  t.ok(fact.rx < before.fact.rx)
  t.strictSame({ rx: row.net_rx, tx: row.net_tx }, fact)
  t.ok(row.current_net_rx >= 0 && row.current_net_rx <= row.net_rx)
})
