import t from 'tap'
import { EngineClient } from '../../../lib/engine/client.ts'
import { startFakeEngine } from '../../support/fake-engine.ts'

t.test('decodes a character that is split between chunks', async t => {
  const fake = await startFakeEngine(t)
  const engine = new EngineClient({ address: fake.address })
  t.teardown(() => engine.close())
  await engine.ping()
  fake.handler = (_request, response) => {
    const body = Buffer.from('{"Name":"🐳"}')
    const half = body.indexOf('🐳') + 2
    response.write(body.subarray(0, half))
    setTimeout(() => response.end(body.subarray(half)), 50)
  }
  t.match(await engine.info(), { name: '🐳' })
})
