import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Test } from 'tap'

/** The URL of the real Engine. */
export const address = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock'

/** Emulated machines need seconds where others need milliseconds. */
export const isEmulated = process.env.ENGINE_KIND === 'cgroup2'

const SCRIPT = join(import.meta.dirname, '../../scripts/engine.sh')

const run = promisify(execFile)

/** Runs the docker command on the real Engine and returns its output. */
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

/** The reason to skip tests that need the real Engine; with REQUIRE_ENGINE they fail instead. */
export const skip = await whatIsMissing()
if (skip && process.env.REQUIRE_ENGINE) throw new Error(`${skip}, and REQUIRE_ENGINE is set`)

const ask = async (...args: string[]) => skip ? '' : await docker(...args)

/** Podman, whose Docker-compatible API differs in some responses and states. */
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
  /** `create` does not start it. */
  verb?: 'run' | 'create'
  options?: string[]
  command?: string[]
  image?: string
  /** Default: a name that no other container has. */
  name?: string
}

/** Retries once, because Podman cannot remove a container while it is exiting. */
export async function remove (...ids: string[]): Promise<void> {
  const force = () => docker('rm', '--force', ...ids)
  await force().catch(error => isPodman ? sleep(500).then(force) : Promise.reject(error))
}

/** Without these, Podman requests higher limits than some machines allow; Docker is unaffected. */
const ULIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=4096:4096']

const uniqueName = () => `dockstat-test-${randomUUID().slice(0, 8)}`

/** Creates a container for one test and returns its ID. */
export async function container (t: Test, given: ContainerOptions = {}) {
  const { verb = 'run', options = [], command = [], image = 'busybox:local', name = uniqueName() } = given
  t.teardown(() => remove(name))
  const mode = verb === 'run' ? ['run', '--detach'] : ['create']
  const start = command.length > 0 ? command : ['sleep', '3600']
  const label = `dockstat.test=${t.name}`
  return docker(...mode, ...ULIMITS, '--name', name, '--label', label, ...options, image, ...start)
}

/** Creates a network for one test and returns its name. */
export async function network (t: Test): Promise<string> {
  const name = uniqueName()
  await docker('network', 'create', '--label', `dockstat.test=${t.name}`, name)
  t.teardown(() => docker('network', 'rm', name))
  return name
}

/** The output of `docker stats`, such as `2.23MiB / 64MiB` and `536B / 0B`. */
export async function printedStats (id: string): Promise<{ MemUsage: string, NetIO: string }> {
  return JSON.parse(await docker('stats', '--no-stream', '--format', '{{json .}}', id))
}

/** Parses a memory size as `docker stats` prints it, rounded to four digits. */
export function bytesOf (printed: string): number {
  const [, digits, unit = ''] = /^([\d.]+)([KMGT]?)i?B/.exec(printed) ?? []
  return Number(digits) * 1024 ** ' KMGT'.indexOf(unit || ' ')
}

/** Bytes received and sent on all interfaces except `lo`, according to the kernel. */
export async function interfaceBytes (id: string): Promise<{ rx: number, tx: number }> {
  const table = await docker('exec', id, 'cat', '/proc/net/dev')
  const rows = table.split('\n').slice(2).map(line => line.trim().split(/[:\s]+/)).filter(([name]) => name !== 'lo')
  const sum = (column: number) => rows.reduce((total, row) => total + Number(row[column]), 0)
  return { rx: sum(1), tx: sum(9) }
}

/** CPU time in nanoseconds, according to the cgroup. */
export async function cgroupNanoseconds (id: string): Promise<number> {
  const v1 = 'cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null'
  const v2 = 'busybox sed -n "s/^usage_usec \\(.*\\)/\\1000/p" /sys/fs/cgroup/cpu.stat'
  return Number(await docker('exec', id, 'sh', '-c', `${v1} || ${v2}`))
}
