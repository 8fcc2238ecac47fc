import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

/** A host with many containers; `update` sends new figures of all of them to the page. */
async function serve (t: Test, count: number) {
  const containers = Array.from({ length: count }, (_, index) => ({
    id: `c${index}`,
    names: [`/service-${index}`],
    labels: { 'com.docker.compose.project': `project-${index % 20}` }
  }))
  const { address } = await startFakeEngine(t, { containers: containerList(containers) })
  const site = await serveSite(t, { yaml: `mintimeout: 1000\nhosts: { nas: { url: '${address}' } }` })
  await until(() => site.app.stats.snapshots()[0]?.containers.length === count)
  return site
}

/** Scrolls to the end within so many frames. Returns the times between them, milliseconds, and the most rows. */
const scroll = (page: Page, frames: number) => page.evaluate(async frames => {
  const next = () => new Promise<number>(resolve => requestAnimationFrame(resolve))
  const times: number[] = []
  let rows = 0
  let before = await next()
  for (let frame = 1; frame <= frames; frame++) {
    scrollTo(0, frame / frames * (document.documentElement.scrollHeight - innerHeight))
    const now = await next()
    times.push(now - before)
    rows = Math.max(rows, document.querySelectorAll('.row').length)
    before = now
  }
  return { times, rows }
}, frames)

const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1] ?? NaN

t.test('renders only what is in view of many containers', { skip: noBrowser }, async t => {
  const medians: number[] = []
  for (const count of [20, 500, 2000]) {
    await t.test(`${count} containers`, async t => {
      const { url } = await serve(t, count)
      const { page } = await visit(t, url)
      await until(async () => (await page.locator('.totals').textContent())?.includes(`${count} / ${count}`))
      const { times, rows } = await scroll(page, 120)
      t.ok(rows < 80, `at most ${rows} rows are rendered`)
      const last = page.getByRole('link', { name: /^service-/ }).last()
      await last.waitFor()
      t.equal(await page.locator('[role=table]').getAttribute('aria-rowcount'), String(count + Math.min(count, 20) + 2))
      medians.push(median(times))
      await page.getByLabel('Search').fill(`service-${count - 1}`)
      await until(async () => (await page.locator('.row .title').allTextContents()).join() === `service-${count - 1}`)
    })
  }
  const [few = 0, some = Infinity] = medians
  t.ok(some < 10 * Math.max(few, 16), `scrolling 500 takes about as long as 20: ${medians.join(', ')} ms`)
})
