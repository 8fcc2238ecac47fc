import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EngineClient } from '../../../../lib/engine/client.ts'
import { folder } from '../../../support/folder.ts'

t.test('reports a path that is not a socket', async t => {
  const where = folder(t)
  mkdirSync(join(where, 'docker.sock'))
  writeFileSync(join(where, 'file.sock'), '')
  const cases = [
    ['docker.sock', /this is a directory, not a socket: Docker creates one if a bind mount names a socket/],
    ['file.sock', /this is a file, not a socket/],
    ['none.sock', /ENOENT/]
  ] as const
  for (const [name, message] of cases) {
    const engine = new EngineClient({ address: `unix://${join(where, name)}` })
    t.teardown(() => engine.close())
    await t.rejects(engine.ping(), { code: 'ENGINE_UNREACHABLE', message })
  }
})

t.test('reports a stale socket as refused', async t => {
  const path = join(folder(t), 'left.sock')
  const program = 'require("node:net").createServer().listen(process.argv[1], () => console.log("listening"))'
  const child = spawn(process.execPath, ['-e', program, path], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const engine = new EngineClient({ address: `unix://${path}` })
  t.teardown(() => engine.close())
  await t.rejects(engine.ping(), { code: 'ENGINE_REFUSED', message: /ECONNREFUSED/ })
})
