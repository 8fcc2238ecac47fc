import { execFile } from 'node:child_process'
import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { environmentSchema } from '../lib/config/environment.ts'
import { address, container, docker, inspect, skip as noEngine } from './real-engine/docker.ts'
import { folder } from './support/folder.ts'
import { refusals, refuse } from './support/refuse.ts'
import { until } from './support/until.ts'

const skip = noEngine || (address.startsWith('unix:') ? false : 'the Engine may run on another machine')

const root = join(import.meta.dirname, '..')
const PORT = environmentSchema.properties.PORT.default

/** Compiles the service as the image contains it, and configures it to watch the Engine that runs it. */
async function compile () {
  const cwd = folder(t)
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const args = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', join(cwd, 'dist')]
  await promisify(execFile)(process.execPath, [tsc, ...args], { env: { PATH: process.env.PATH } })
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(cwd, name))
  writeFileSync(join(cwd, 'dockstat.yaml'), `log: { file: none }\nhosts: { local: { url: '${address}' } }\n`)
  return cwd
}

const cwd = skip ? '' : await compile()

/**
 * Runs the service in a container that has the files of this machine, because the image cannot be built without
 * access to the one it is based on.
 */
async function dockerRun (t: Test, options: string[] = []) {
  const command = ['chroot', '/host', process.execPath, '--v8-pool-size=1', join(cwd, 'dist/server.js')]
  const env = ['--env', 'SECRET=marked-secret', '--env', `DOCKSTAT_CONFIG=${join(cwd, 'dockstat.yaml')}`]
  const mounts = ['--volume', '/:/host:ro', '--publish', `127.0.0.1::${PORT}`]
  const id = await container(t, { options: [...mounts, ...env, ...options], command })
  const url = `http://${await docker('port', id, `${PORT}/tcp`)}`
  await until(async () => {
    const { State: { Status } } = await inspect(id)
    if (Status !== 'running') throw new Error(`the container is ${Status}`)
    return (await docker('logs', id)).includes('listening at')
  })
  /** Returns the exit code, which is 137 if Docker had to kill the service. */
  const stop = async () => {
    await docker('stop', id)
    return await docker('inspect', '--format', '{{.State.ExitCode}}', id)
  }
  return { id, url, command, stop }
}

t.test('runs as the first process of a container, which `docker stop` ends gracefully', { skip }, async t => {
  const { id, url, command, stop } = await dockerRun(t)
  t.equal(await (await fetch(`${url}/status`)).text(), 'UP')
  t.equal(await docker('exec', id, ...command, 'health'), '', 'as HEALTHCHECK runs it')
  await refuse(url, 3)
  await refuse(url, 1, `/${'x'.repeat(12_000)}`)
  t.equal(await stop(), '0')
  const logged = await docker('logs', id)
  t.equal(refusals(logged), 4)
  const lines = logged.split('\n').map(line => JSON.parse(line))
  for (const line of lines) t.match(line, { level: Number, pid: 1, msg: String })
  t.equal(lines.at(-1).msg, 'stopping')
})

t.test('logs readable lines with `docker run -t`', { skip }, async t => {
  const { id, stop } = await dockerRun(t, ['--tty'])
  t.equal(await stop(), '0')
  const logged = await docker('logs', id)
  t.match(logged, /INFO.*: .*Server listening at/)
  t.match(logged, /INFO.*: .*stopping/)
  t.notMatch(logged, '"level"')
})
