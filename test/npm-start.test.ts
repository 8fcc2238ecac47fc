import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { folder } from './folder.ts'
import { until } from './until.ts'

const { type, scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))

/** In the place of the compiled service: writes its port to a file and closes the server on SIGTERM. */
const SERVER = `import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
const server = createServer((_, response) => response.end('UP'))
server.listen(0, '127.0.0.1', () => writeFileSync('port', server.address().port + '\\n' + process.pid + '\\n'))
process.on('SIGTERM', () => server.close(() => console.log('closed')).closeAllConnections())
`

t.test('SIGTERM to `npm start` ends the service in order and frees its port', async t => {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ type, scripts: { ...scripts, build: 'true' } }))
  mkdirSync(join(cwd, 'dist'))
  writeFileSync(join(cwd, 'dist/server.js'), SERVER)
  const npm = spawn('npm', ['start'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] })
  const output = text(npm.stdout)
  const [port, pid] = await until(() => {
    const lines = readFileSync(join(cwd, 'port'), { encoding: 'utf8', flag: 'a+' }).split('\n')
    return lines.length === 3 ? lines.map(Number) : null
  })
  t.teardown(() => { try { process.kill(Number(pid), 'SIGKILL') } catch {} })
  t.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), 'UP')
  npm.kill('SIGTERM')
  await once(npm, 'close')
  t.match(await output, 'closed\n')
  await t.rejects(fetch(`http://127.0.0.1:${port}/`), { cause: { code: 'ECONNREFUSED' } })
})
