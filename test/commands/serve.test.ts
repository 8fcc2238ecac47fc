import { PassThrough } from 'node:stream'
import t from 'tap'
import { serve } from '../../commands/serve.ts'
import { Output } from '../../lib/process/output.ts'

t.test('resolves to why the service cannot start', async t => {
  const stdout = Object.assign(new PassThrough(), { isTTY: false }) as unknown as NodeJS.WriteStream & { fd: 1 }
  const cwd = () => { throw new Error('ENOENT: no such file or directory, uv_cwd') }
  const stderr = new Output(stdout)
  t.equal(await serve({ process: { env: {}, cwd, stdout, on: () => process, exit: process.exit }, stderr }),
    'Cannot start: ENOENT: no such file or directory, uv_cwd')
})
