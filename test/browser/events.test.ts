import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { serveSite, UNREACHABLE, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const containers = (state = 'running') => containerList([
  { id: 'aa', names: ['/web'], state }, { id: 'bb', names: ['/db'] }
])

async function serve (t: Test, port = 0) {
  const engine = await startFakeEngine(t, { containers: containers() })
  const yaml = `mintimeout: 200\nhosts: { nas: { url: '${engine.address}' } }`
  const site = await serveSite(t, { yaml, port })
  await until(() => engine.streams.size > 0)
  const stop = () => {
    engine.containers = containers('exited')
    engine.emit('die', 'aa', { name: 'web', image: 'busybox', exitCode: '3' })
  }
  const start = () => {
    engine.containers = containers()
    engine.emit('start', 'aa', { name: 'web', image: 'busybox' })
  }
  return { ...site, engine, stop, start, yaml }
}

const texts = (page: Page) => page.locator('.event .what').allTextContents()

t.test('lists what happens, newest first, and filters it', { skip: noBrowser }, async t => {
  const { url, stop, start, engine } = await serve(t)
  const { page } = await visit(t, `${url}#/events`)
  await page.getByText('Nothing has happened yet').waitFor()
  stop()
  await page.getByText('web on nas ended with exit code 3').waitFor()
  start()
  await page.getByText('web on nas started').waitFor()
  t.strictSame(await texts(page), ['web on nas started', 'web on nas ended with exit code 3'])
  await page.reload()
  await page.getByText('web on nas started').waitFor()
  await page.getByLabel('Event', { exact: true }).selectOption('die')
  await until(async () => (await texts(page)).length === 1)
  t.match(page.url(), /#\/events\?action=die$/)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByLabel('Search').fill('db')
  await page.getByText('No event matches').waitFor()
  await page.getByLabel('Search').fill('')
  await engine.close()
  await page.getByText(/nas is down: /).waitFor()
  await engine.listen()
  await page.getByText('nas is up again').waitFor()
  await page.getByRole('link', { name: 'web' }).first().click()
  await page.getByRole('heading', { name: 'web', exact: true }).waitFor()
  t.equal((await texts(page)).length, 2)
})

t.test('continues after a restart of the service, without showing an event twice', { skip: noBrowser }, async t => {
  const first = await serve(t)
  const { page } = await visit(t, `${first.url}#/events`, { allowed: UNREACHABLE })
  first.stop()
  await page.getByText('web on nas ended').waitFor()
  const port = Number(new URL(first.url).port)
  first.app.server.closeAllConnections()
  await first.app.close()
  await page.getByText(/Not connected|Connecting/).first().waitFor()
  await page.getByText('The service cannot be reached.').waitFor()
  const second = await serveSite(t, { yaml: first.yaml, port })
  await page.getByText('Live', { exact: true }).waitFor()
  first.start()
  await page.getByText('web on nas started').waitFor()
  const shown = await texts(page)
  t.equal(shown.filter(text => text.includes('started')).length, 1)
  t.equal(shown.filter(text => text.includes('ended')).length, 1)
  t.ok(second.answers.length > 0)
})

t.test('times are in the zone of the reader', { skip: noBrowser }, async t => {
  const { url, stop } = await serve(t)
  const zones = ['Asia/Tokyo', 'America/New_York']
  const pages = await Promise.all(zones.map(timezoneId => visit(t, `${url}#/events`, { timezoneId, locale: 'en-GB' })))
  stop()
  for (const [index, { page }] of pages.entries()) {
    const time = page.locator('.event time').first()
    const at = await time.getAttribute('datetime') ?? ''
    const hour = new Intl.DateTimeFormat('en-GB', { timeZone: zones[index], timeStyle: 'medium' }).format(new Date(at))
    t.match(await time.textContent(), hour.slice(0, 5))
  }
})
