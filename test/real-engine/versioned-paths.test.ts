import t from 'tap'
import { container, skip } from './docker.ts'
import { startProxy } from './proxy.ts'
import { serve } from './service.ts'

t.test('works behind a proxy that allows only versioned paths', { skip }, async t => {
  const proxy = await startProxy(t)
  proxy.refuses = path => !/^\/v\d\.\d+/.test(path)
  const id = await container(t)
  const { row, host } = await serve(t, proxy.address)
  t.ok((await row(id)).mem_usage > 0)
  t.match(await host(), { up: true, error: null })
})
