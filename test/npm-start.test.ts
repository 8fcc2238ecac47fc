import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { folder } from './support/folder.ts'
import { until } from './support/until.ts'

const PACKAGE = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')
const { name, version, type, bin, scripts } = JSON.parse(PACKAGE)

/** Replaces the compiled service: writes its port to a file and closes the server on a signal. */
const SERVER = `#!/usr/bin/env node
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
const server = createServer((_, response) => response.end('UP'))
server.listen(0, '127.0.0.1', () => writeFileSync('port', server.address().port + '\\n' + process.pid + '\\n'))
const close = () => server.close(() => console.log('closed')).closeAllConnections()
process.on('SIGTERM', close).on('SIGINT', close)
`

/** A service manager sends SIGTERM to npm only; Ctrl-C sends SIGINT to all processes on the terminal. */
const ways = [
  { command: 'npm start', how: 'SIGTERM', end: (pid: number) => process.kill(pid, 'SIGTERM') },
  { command: 'npx --no dockstat', how: 'Ctrl-C', end: (pid: number) => process.kill(-pid, 'SIGINT') }
]

for (const { command, how, end } of ways) {
  t.test(`${how} stops \`${command}\` gracefully and frees the port`, async t => {
    const cwd = folder(t)
    const manifest = { name, version, type, bin, scripts: { ...scripts, build: 'true' } }
    writeFileSync(join(cwd, 'package.json'), JSON.stringify(manifest))
    mkdirSync(join(cwd, 'dist'))
    writeFileSync(join(cwd, 'dist/server.js'), SERVER)
    const env = { ...process.env, npm_config_cache: join(cwd, 'cache') }
    const [file = '', ...args] = command.split(' ')
    const npm = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    const output = text(npm.stdout)
    const [port, pid] = await until(() => {
      const lines = readFileSync(join(cwd, 'port'), { encoding: 'utf8', flag: 'a+' }).split('\n')
      return lines.length === 3 ? lines.map(Number) : null
    })
    t.teardown(() => { try { process.kill(Number(pid), 'SIGKILL') } catch {} })
    t.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'UP')
    end(Number(npm.pid))
    await once(npm, 'close')
    t.match(await output, 'closed\n')
    await t.rejects(fetch(`http://127.0.0.1:${port}/`), { cause: { code: 'ECONNREFUSED' } })
  })
}
