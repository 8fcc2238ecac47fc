import t from 'tap'
import { colours, fleet } from '../../../lib/demo/fleet.ts'
import { memoryOf, usedBy } from '../../../lib/demo/usage.ts'
import { plots } from '../../../lib/demo/plots.ts'

const START = 1_795_000_000
const all = fleet.flatMap(({ containers }) => containers)

t.test('has three hosts and forty containers with names of their own', async t => {
  t.strictSame(fleet.map(({ name, containers }) => [name, containers.length]), [['nas', 16], ['web', 16], ['pi', 8]])
  t.equal(new Set(all.map(({ name }) => name)).size, 40)
  t.equal(new Set(all.map(({ shape }) => shape.seed)).size, 40)
})

t.test('something happens to containers in every way, and to one host', async t => {
  t.strictSame(new Set(all.map(({ plot }) => plot)), new Set(Object.keys(plots)))
  t.equal(fleet.filter(({ away }) => away).length, 1)
})

t.test('all tags have colours', async t => {
  const tags = new Set(all.flatMap(({ look }) => look.tags.split(',')).filter(tag => tag !== ''))
  t.strictSame(tags, new Set(Object.keys(colours)))
})

t.test('containers join networks of containers on the same host', async t => {
  const joined = fleet.flatMap(({ containers }) => containers.map(({ networkMode }) => ({ networkMode, containers })))
    .filter(({ networkMode }) => networkMode.startsWith('container:'))
  t.equal(joined.length, 1)
  for (const { networkMode, containers } of joined) {
    t.ok(containers.some(({ name }) => networkMode === `container:${name}`))
  }
})

t.test('Compose services are named after their containers', async t => {
  const labelsOf = (name: string) => all.find(container => container.name === name)?.labels
  t.strictSame(labelsOf('shop-web-2'), {
    'com.docker.compose.project': 'shop',
    'com.docker.compose.service': 'web'
  })
  t.strictSame(labelsOf('traefik'), {})
})

t.test('no container exceeds its limits, and no host its hardware', async t => {
  for (let at = START; at < START + 86_400; at += 61) {
    for (const { name, cpus, memory, containers } of fleet) {
      const cores = containers.map(container => usedBy(container, at, at + 2).cpuSeconds / 2)
      const bytes = containers.map(container => memoryOf(container, at - plots.leaks.every, at))
      for (const [index, { name, limits }] of containers.entries()) {
        if (limits.cpus > 0 && Number(cores[index]) > limits.cpus) t.fail(`${name} uses ${cores[index]} cores`)
        const used = Number(bytes[index])
        if (limits.memory > 0 && used > 1.1 * limits.memory) t.fail(`${name} uses ${used} bytes`)
      }
      if (cores.reduce((sum, used) => sum + used) > cpus) t.fail(`${name} uses more cores than it has`)
      if (bytes.reduce((sum, used) => sum + used) > memory) t.fail(`${name} uses more memory than it has`)
    }
  }
})
