import t from 'tap'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { until } from '../support/until.ts'
import { ask, polled, polls, serve, skip } from './service.ts'

t.test('a container whose stats hang is quarantined and retried, whatever the clock does', { skip }, async t => {
  const fake = await startFakeEngine(t, { containers: containerList([{ id: 'aa' }, { id: 'bb' }]) })
  const { clock, service } = await serve(t, `hosts: { nas: { url: '${fake.address}' } }`)
  fake.handler = request => request.url?.includes('bb/stats') ? undefined : false
  const problem = async () => (await ask(service, '/hosts/nas')).body.problems[0]
  await until(problem)
  t.match(await problem(), { what: 'stats', code: 'ENGINE_TIMEOUT', containers: ['bb'] })
  const asked = polls(fake, 'bb')
  for (const hours of [1, -1, 720]) {
    clock.set(hours)
    await polled(fake)
  }
  t.equal(polls(fake, 'bb'), asked, 'clock steps do not end the quarantine early')
  fake.handler = null
  await until(async () => polls(fake, 'bb') > asked && await problem() === undefined)
})
