import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, detailsOf, startFakeEngine } from '../support/fake-engine.ts'
import { enliven } from '../support/lively.ts'
import { serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const list = containerList([{ id: 'aa', names: ['/web'] }])

async function serve (t: Test) {
  const startedAt = new Date(Date.now() - 2.5 * 3_600_000).toISOString()
  const details = { aa: detailsOf(JSON.parse(list)[0], { StartedAt: startedAt }) }
  const engine = await startFakeEngine(t, { containers: list, details })
  enliven(engine)
  const site = await serveSite(t, { yaml: `mintimeout: 200\nhosts: { nas: { url: '${engine.address}' } }` })
  await until(() => engine.streams.size > 0)
  return { ...site, engine }
}

t.test('ages follow the clock of the service, not that of the reader', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  for (const hours of [-7, 7]) {
    const { page } = await visit(t, url, {
      prepare: page => page.addInitScript(difference => {
        const right = Date.now
        Date.now = () => right() + difference
      }, hours * 3_600_000)
    })
    const uptime = page.locator('.row .uptime')
    await until(async () => await uptime.textContent() === '2 h')
    t.equal(await page.getByText(/ old$/).count(), 0, 'nothing looks stale')
  }
})

t.test('a tab in the background disconnects after a minute, and catches up', { skip: noBrowser }, async t => {
  const { url, app, engine } = await serve(t)
  const { page } = await visit(t, url, {
    prepare: page => page.addInitScript(() => {
      let isHidden = false
      Object.defineProperty(document, 'hidden', { get: () => isHidden })
      addEventListener('turn', () => {
        isHidden = !isHidden
        document.dispatchEvent(new Event('visibilitychange'))
      })
      const right = setTimeout
      Object.assign(window, { setTimeout: (f: () => void, delay: number) => right(f, delay === 60_000 ? 300 : delay) })
    })
  })
  const turn = () => page.evaluate(() => dispatchEvent(new Event('turn')))
  await page.getByText('Live', { exact: true }).waitFor()
  t.equal(app.streamCounts.clients, 1)
  await turn()
  await until(() => app.streamCounts.clients === 0)
  engine.emit('pause', 'aa', { name: 'web', image: 'busybox' })
  await turn()
  await until(() => app.streamCounts.clients === 1)
  await page.getByRole('link', { name: 'Events' }).click()
  await page.getByText('web on nas was paused').waitFor()
})

t.test('two tabs show the same', { skip: noBrowser }, async t => {
  const { url, engine, app } = await serve(t)
  const tabs = await Promise.all([visit(t, `${url}#/events`), visit(t, `${url}#/events`)])
  for (const { page } of tabs) await page.getByText('Live', { exact: true }).waitFor()
  t.equal(app.streamCounts.clients, 2)
  engine.emit('pause', 'aa', { name: 'web', image: 'busybox' })
  for (const { page } of tabs) await page.getByText('web on nas was paused').waitFor()
})
