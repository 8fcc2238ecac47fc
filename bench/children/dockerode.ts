/**
 * Polls like DockStatAPI v1: with dockerode, `/info`, a list, and `stats?stream=false` of every container. Answers
 * every message with the number of samples so far. Argument (JSON): `addresses`, and `interval` in milliseconds.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import Docker from 'dockerode'

const { addresses, interval }: { addresses: string[], interval: number } = JSON.parse(process.argv[2] ?? '{}')
let samples = 0

async function cycle (host: string, port: string) {
  const docker = new Docker({ protocol: 'http', host, port })
  await docker.info()
  const containers = await docker.listContainers({ all: true })
  await Promise.all(containers.map(async ({ Id }) => {
    await docker.getContainer(Id).stats({ stream: false })
    samples++
  }))
}

async function watch (address: string, index: number) {
  const { hostname: host, port } = new URL(address)
  await sleep(interval * index / addresses.length)
  for (;;) {
    await cycle(host, port)
    await sleep(interval)
  }
}

process.on('message', () => process.send?.(samples))
process.on('disconnect', () => process.exit())
await Promise.all(addresses.map(watch))
