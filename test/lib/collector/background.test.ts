import t from 'tap'
import { Background } from '../../../lib/collector/background.ts'

t.test('reports failed tasks, and resolves when all tasks have ended', async t => {
  const errors: unknown[] = []
  const background = new Background(error => errors.push(error))
  let end = () => {}
  const long = background.run(new Promise<void>(resolve => { end = resolve }))
  await background.run(Promise.reject(new Error('no')))
  t.match(errors, [{ message: 'no' }])
  let hasEnded = false
  const ended = background.ended().then(() => { hasEnded = true })
  await background.run(Promise.resolve())
  t.equal(hasEnded, false)
  end()
  await Promise.all([long, ended])
  t.equal(hasEnded, true)
})
