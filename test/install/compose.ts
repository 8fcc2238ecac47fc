import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { address, docker, skip as noEngine } from '../real-engine/docker.ts'
import { skip as noHaproxy } from '../transports/haproxy.ts'
import { root, skip as noImage } from './image.ts'

export const deploy = join(root, 'deploy')

const run = promisify(execFile)

/** Runs a plugin of the docker command without the variables of this process that the files use. */
async function plugin (args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { PATH, HOME, DOCKER_CONFIG } = process.env
  const { stdout } = await run('docker', args, {
    cwd: root, env: { PATH, HOME, DOCKER_CONFIG, DOCKER_HOST: address, ...env }
  })
  return stdout.trim()
}

export const compose = (args: string[], env: NodeJS.ProcessEnv) => plugin(['compose', ...args], env)

/** Prints what `docker buildx bake` would build. */
export const bake = (env: NodeJS.ProcessEnv) => plugin(['buildx', 'bake', '--print'], env)

/** The reason to skip tests of a plugin; with REQUIRE_DOCKER_PLUGINS they fail instead. */
async function whyNot (name: string): Promise<string | false> {
  const skip = await plugin([name, 'version']).then(() => false as const, () => `docker ${name} is not installed`)
  if (skip && process.env.REQUIRE_DOCKER_PLUGINS) throw new Error(`${skip}, and REQUIRE_DOCKER_PLUGINS is set`)
  return skip
}

export const noCompose = await whyNot('compose')
export const noBuildx = await whyNot('buildx')

/** The reason to skip tests that start what Compose files describe. */
export const skip = noCompose || noEngine || noImage || noHaproxy

/** An image of this machine's HAProxy, which stands in for images that cannot be pulled. */
export const HAPROXY = 'dockstat-haproxy:test'

/** Makes that image if it is missing. */
export async function buildHaproxy (): Promise<void> {
  await run('sh', ['-c', `
    if docker image inspect ${HAPROXY} > /dev/null 2>&1; then exit; fi
    libraries=$(ldd /usr/sbin/haproxy | grep -o '/[^ ]*')
    tar --create --dereference --absolute-names /usr/sbin/haproxy $libraries | docker import \\
      --change 'CMD ["/usr/sbin/haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]' - ${HAPROXY}`
  ], { env: { ...process.env, DOCKER_HOST: address } })
}

export interface Project {
  /** The ID of a service's container. */
  id (service: string): Promise<string>
  /** The address of a published port. */
  port (service: string, port: number): Promise<string>
}

/** Starts services from Compose files until the test ends, with the images that are there. */
export async function up (t: Test, files: string[], env: NodeJS.ProcessEnv): Promise<Project> {
  const name = `dockstat-test-${randomUUID().slice(0, 8)}`
  const project = (...args: string[]) =>
    compose(['--project-name', name, ...files.flatMap(file => ['--file', file]), ...args], env)
  t.teardown(() => project('down', '--volumes', '--timeout', '5'))
  await project('up', '--detach', '--no-build', '--pull', 'never')
  return {
    id: service => project('ps', '--quiet', service),
    port: async (service, port) => await docker('port', await project('ps', '--quiet', service), `${port}/tcp`)
  }
}
