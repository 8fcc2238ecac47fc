import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Test } from 'tap'

/** Where the real Engine is. */
export const address = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock'

/** An emulated machine takes seconds for what others do in milliseconds. */
export const isEmulated = process.env.ENGINE_KIND === 'cgroup2'

const SCRIPT = join(import.meta.dirname, '../../scripts/engine.sh')

const run = promisify(execFile)

/** Output of the docker command, asked of the real Engine. */
export async function docker (...args: string[]): Promise<string> {
  const { stdout } = await run('docker', args, { env: { ...process.env, DOCKER_HOST: address } })
  return stdout.trim()
}

async function whatIsMissing (): Promise<string | false> {
  try {
    await docker('--version')
  } catch {
    return 'the docker command is not installed'
  }
  try {
    await docker('version')
  } catch {
    return `no Docker Engine answers at ${address}`
  }
  const image = run(SCRIPT, ['image', address])
  return image.then(() => false, () => `the Engine at ${address} has no image busybox:local, and none can be made`)
}

/** Option of tests that need the real Engine: why they cannot run. With REQUIRE_ENGINE set that is a failure. */
export const skip = await whatIsMissing()
if (skip && process.env.REQUIRE_ENGINE) throw new Error(`${skip}, and REQUIRE_ENGINE is set`)

const ask = async (...args: string[]) => skip ? '' : await docker(...args)

/** Podman behind Docker's API: some of its answers, and some states, are others than Docker's. */
export const isPodman = (await ask('version', '--format', '{{json .Server}}')).includes('Podman')

/** `1` or `2`. */
export const cgroupVersion = await ask('info', '--format', '{{.CgroupVersion}}')

/** The part of `docker inspect` that tests compare with. */
export interface Inspected {
  Id: string
  Name: string
  RestartCount: number
  State: { Status: string }
  Config: { Image: string }
  HostConfig: { NetworkMode: string }
  NetworkSettings: { Networks: Record<string, { Gateway: string }> }
}

export async function inspect (id: string): Promise<Inspected> {
  return JSON.parse(await docker('inspect', '--format', '{{json .}}', id))
}

export interface ContainerOptions {
  /** `create` leaves it unstarted. */
  verb?: 'run' | 'create'
  options?: string[]
  command?: string[]
  image?: string
}

/** Podman cannot remove a container at the moment that it ends: then once more. */
export async function remove (...ids: string[]): Promise<void> {
  const force = () => docker('rm', '--force', ...ids)
  await force().catch(error => isPodman ? sleep(500).then(force) : Promise.reject(error))
}

/** Podman asks for more than a machine may allow where a container names none; to Docker they make no difference. */
const ULIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096']

const uniqueName = () => `dockstat-test-${randomUUID().slice(0, 8)}`

/** Makes a container that ends with the test. */
export async function container (t: Test, given: ContainerOptions = {}) {
  const { verb = 'run', options = [], command = [], image = 'busybox:local' } = given
  const name = uniqueName()
  t.teardown(() => remove(name))
  const mode = verb === 'run' ? ['run', '--detach'] : ['create']
  const start = command.length > 0 ? command : ['sleep', '3600']
  const label = `dockstat.test=${t.name}`
  return docker(...mode, ...ULIMITS, '--name', name, '--label', label, ...options, image, ...start)
}

/** Makes a network that ends with the test. */
export async function network (t: Test): Promise<string> {
  const name = uniqueName()
  await docker('network', 'create', '--label', `dockstat.test=${t.name}`, name)
  t.teardown(() => docker('network', 'rm', name))
  return name
}

/** What `docker stats` prints of a container, such as `2.23MiB / 64MiB` and `536B / 0B`. */
export async function printedStats (id: string): Promise<{ MemUsage: string, NetIO: string }> {
  return JSON.parse(await docker('stats', '--no-stream', '--format', '{{json .}}', id))
}

/** Bytes of a size as `docker stats` prints memory, four digits of it. */
export function bytesOf (printed: string): number {
  const [, digits, unit = ''] = /^([\d.]+)([KMGT]?)i?B/.exec(printed) ?? []
  return Number(digits) * 1024 ** ' KMGT'.indexOf(unit || ' ')
}

/** Bytes that a container received and sent, as its kernel counts them on all interfaces but `lo`. */
export async function interfaceBytes (id: string): Promise<{ rx: number, tx: number }> {
  const table = await docker('exec', id, 'cat', '/proc/net/dev')
  const rows = table.split('\n').slice(2).map(line => line.trim().split(/[:\s]+/)).filter(([name]) => name !== 'lo')
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0)
  return { rx: sum(1), tx: sum(9) }
}

/** CPU time that a container used, in nanoseconds, as its cgroup counts it. */
export async function cgroupNanoseconds (id: string): Promise<number> {
  const v1 = 'cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null'
  const v2 = 'busybox sed -n "s/^usage_usec \\(.*\\)/\\1000/p" /sys/fs/cgroup/cpu.stat'
  return Number(await docker('exec', id, 'sh', '-c', `${v1} || ${v2}`))
}
