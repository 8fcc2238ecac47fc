import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { environmentSchema } from '../../lib/config/environment.ts'
import { address, docker, skip as noEngine } from '../real-engine/docker.ts'
import { until } from '../support/until.ts'

/** The reason to skip tests that mount files of this machine into containers of the real Engine. */
export const skip = noEngine || (address.startsWith('unix:') ? false : 'the Engine may run on another machine')

/** The image under test, and the one that it is based on. */
export const IMAGE = 'dockstatapi:test'
export const BASE = 'node:24-bookworm-slim'

export const root = join(import.meta.dirname, '../..')

/** The real Engine's socket, and the option that mounts it where the service looks for it. */
export const socket = address.replace('unix://', '')
export const mountSocket = ['--volume', `${socket}:/var/run/docker.sock`]

const { PORT } = environmentSchema.properties

/** Builds the image as the README does, on a base image that is made if it is missing. */
export async function buildImage (): Promise<void> {
  await promisify(execFile)(join(root, 'scripts/base-image.sh'), [address])
  await docker('build', '--quiet', '--network', 'host', '--tag', IMAGE, root)
}

/** As the documentation recommends, and with a health check that does not wait for half a minute. */
const HARDENED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--health-interval', '1s']

export interface Running {
  id: string
  /** Requests a path with the token, by default at the published port; null if the service does not answer. */
  get<T> (path: string, at?: string): Promise<T | null>
  inspect<T> (format: string): Promise<T>
  logs (): Promise<string>
  /** Runs a shell command in the container. */
  shell (command: string): Promise<string>
  /** Stops it and returns the exit code, which is 137 if Docker had to kill the service after 5 seconds. */
  stop (): Promise<number>
}

/** Runs the image for one test, with the command that is in it. */
export async function runImage (t: Test, options: string[] = []): Promise<Running> {
  const publish = options.includes('host') ? [] : ['--publish', `127.0.0.1::${PORT.default}`]
  const env = ['--env', 'SECRET=marked-secret']
  const id = await docker('run', '--detach', ...HARDENED, ...publish, ...env, ...options, IMAGE)
  t.teardown(() => docker('rm', '--force', '--volumes', id))
  const inspect = async (format: string) => JSON.parse(await docker('inspect', '--format', `{{json ${format}}}`, id))
  const port = publish.length > 0 ? await docker('port', id, `${PORT.default}/tcp`) : ''
  return {
    id,
    inspect,
    get: (path, at = port) => fetch(`http://${at}${path}`, { headers: { authorization: 'marked-secret' } })
      .then(response => response.json(), () => null),
    logs: () => docker('logs', id),
    shell: command => docker('exec', id, 'sh', '-c', command),
    async stop () {
      await docker('stop', '-t', '5', id)
      return await inspect('.State.ExitCode')
    }
  }
}

/** Waits until Docker's health check has passed. */
export const healthy = ({ inspect }: Running) => until(async () => {
  const { Status, Health } = await inspect<{ Status: string, Health: { Status: string } }>('.State')
  if (Status !== 'running') throw new Error(`the container is ${Status}`)
  return Health.Status === 'healthy'
})
