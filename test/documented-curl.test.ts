import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { build } from './support/build.ts'
import { pages } from './support/documents.ts'
import { containerList, startFakeEngine } from './support/fake-engine.ts'
import { folder } from './support/folder.ts'
import { freePort } from './support/free-port.ts'
import { listenOn } from './support/raw.ts'
import { until } from './support/until.ts'

const ADDRESS = 'http://localhost:7070/'

/** Without streams, which do not end. */
const commands = new Set(pages.flatMap(({ commands }) => commands)
  .filter(command => /^curl (?!--no-buffer)/.test(command) && command.includes(ADDRESS)))

t.test('the curl commands of the documentation get an answer', async t => {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'c1', names: ['/web'] }]) })
  const { app } = await build(t, {
    yaml: `hosts: { atlas: { url: '${engine.address}' }, nas: { url: unix:///none } }
cluster: { url: 'redis://127.0.0.1:${await freePort()}', lease: 1000 } # nobody is there, so it polls all hosts`
  })
  await until(() => app.stats.snapshots()[0]?.up)
  const url = `http://127.0.0.1:${await listenOn(app)}/`
  const cwd = folder(t)
  writeFileSync(join(cwd, '.curlrc'), 'fail\nsilent\nshow-error\nmax-time = 20\n')
  const env = { PATH: process.env.PATH, HOME: cwd, SECRET: 'marked-secret' }
  t.ok(commands.size >= 4)
  for (const command of commands) {
    await t.resolves(promisify(execFile)('sh', ['-c', command.replace(ADDRESS, url)], { cwd, env }), command)
  }
})
