import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { until } from '../support/until.ts'
import { address, container, isPodman, network, skip } from './docker.ts'
import { serve } from './service.ts'

t.setTimeout(600_000)

const run = promisify(execFile)

/** A size as `docker stats` prints it: memory in powers of 1024, the rest in powers of 1000. */
function bytesOf (printed = ''): number {
  const [, digits, prefix = '', binary] = /^([\d.]+)([kKMGT]?)(i?)B$/.exec(printed.trim()) ?? []
  return Number(digits) * (binary ? 1024 : 1000) ** ' KMGT'.indexOf(prefix.toUpperCase() || ' ')
}

interface Printed {
  CPUPerc: string
  MemUsage: string
  NetIO: string
  BlockIO: string
  PIDs: string
}

/** The values that `docker stats` prints for a container. */
async function printed (id: string) {
  const { stdout } = await run('docker', ['--host', address, 'stats', '--no-stream', '--format', '{{json .}}', id])
  const { CPUPerc, MemUsage, NetIO, BlockIO, PIDs }: Printed = JSON.parse(stdout)
  const [memory, limit] = MemUsage.split('/').map(bytesOf)
  const [rx, tx] = NetIO.split('/').map(bytesOf)
  const [read, write] = BlockIO.split('/').map(bytesOf)
  return { cpu: Number.parseFloat(CPUPerc), sizes: { memory, limit, rx, tx, read, write, pids: Number(PIDs) } }
}

/** True if the numbers differ by at most 2 %. */
const areAlike = (one = NaN, other = NaN) => Math.abs(one - other) <= 0.02 * Math.max(one, other)

/** Uses half a CPU, some memory, a network and a disk. */
const WORK = `
  dd if=/dev/zero of=/dev/shm/held bs=1M count=16 2> /dev/null
  dd if=/dev/zero of=/written bs=1M count=8 conv=fsync 2> /dev/null
  until wget -q -O /dev/null http://other:7000/page; do sleep 0.2; done
  while :; do :; done`

async function agrees (t: Test) {
  const net = await network(t)
  await container(t, {
    options: ['--network', net, '--network-alias', 'other'],
    command: ['sh', '-c', 'head -c 100000 /dev/zero > /page; exec httpd -f -p 7000 -h /']
  })
  const options = ['--network', net, '--cpus', '0.5', '--memory', '256m']
  const id = await container(t, { options, command: ['sh', '-c', WORK] })
  const service = await serve(t, address, 1000)
  await until(async () => (await printed(id)).cpu > 20)

  async function compare () {
    const theirs = await printed(id)
    await service.polled()
    const { cpu, memory, network, blockIo, pids } = await service.details(id)
    const sizes = {
      memory: memory.workingSetBytes,
      limit: memory.limitBytes,
      rx: network.rxBytes,
      tx: network.txBytes,
      read: blockIo.readBytes,
      write: blockIo.writeBytes,
      pids: pids.current
    }
    const areAll = Object.entries(sizes).every(([name, size]) => areAlike(size, Reflect.get(theirs.sizes, name)))
    const isCpuAlike = theirs.cpu > 20 && Math.abs(cpu.percent - theirs.cpu) <= 5
    return { theirs, cpu: cpu.percent, sizes, isAgreed: areAll && isCpuAlike }
  }
  const { cpu, theirs, sizes } = await until(async () => {
    const round = await compare()
    return round.isAgreed ? round : null
  })
  t.ok(cpu >= 15, `CPU ${cpu} %, docker stats ${theirs.cpu} %`)
  t.ok(sizes.memory > 2 ** 24, JSON.stringify(sizes))
  t.ok(sizes.rx > 100_000, JSON.stringify(theirs.sizes))
}

t.test('agrees with docker stats', { skip: skip || (isPodman && 'it is Podman') }, agrees)
