import { chromium, type Page } from 'playwright-core'
import { Fakes } from './fakes.ts'
import { quantile } from './figures.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

/** Numbers of containers, and frames to watch. */
const WHOLE = { sizes: [500, 2000], frames: 600 }
const SMOKE = { sizes: [50], frames: 30 }
/** Milliseconds between polls, each of which changes every container. */
const INTERVAL = 1000
/** Milliseconds: a frame at 60 per second, and the error of the browser's clock. */
const FRAME = 16.8

/** Waits for so many frames, while it scrolls down and up again if asked. Returns the milliseconds between them. */
const watch = (page: Page, frames: number, isScrolled: boolean) => page.evaluate(async ({ frames, isScrolled }) => {
  const next = () => new Promise<number>(resolve => requestAnimationFrame(resolve))
  const times: number[] = []
  let before = await next()
  for (let frame = 1; frame <= frames; frame++) {
    const share = 1 - Math.abs(1 - 2 * frame / frames)
    if (isScrolled) scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight))
    const now = await next()
    times.push(now - before)
    before = now
  }
  return times
}, { frames, isScrolled })

/** Opens the page in Chromium, as a user does. */
async function open ({ url, headers }: Service): Promise<Page> {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu']
  })
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
  page.once('close', () => browser.close())
  await page.goto(url)
  await page.getByLabel('Token').fill(headers.authorization)
  await page.getByRole('button', { name: 'Show my containers' }).click()
  await page.locator('.row').first().waitFor()
  return page
}

/** Measures the times between frames of the page while all containers change every second, still and scrolling. */
export async function page ({ isSmoke, resources, say }: BenchOptions): Promise<Result[]> {
  const { sizes, frames } = isSmoke ? SMOKE : WHOLE
  const results: Result[] = []
  for (const containers of sizes) {
    const fakes = new Fakes(1, { containers })
    resources.push(fakes)
    const service = new Service({ addresses: await fakes.listening(), mintimeout: INTERVAL })
    resources.push(service)
    await service.polled(containers)
    const page = await open(service)
    resources.push({ stop: () => page.close() })
    for (const [doing, isScrolled] of [['updating', false], ['updating and scrolling', true]] as const) {
      const times = await watch(page, frames, isScrolled)
      const [p50, p95, worst] = [0.5, 0.95, 1].map(share => quantile(times, share))
      say(`${containers} ${doing}: ${p50?.toFixed(1)}, ${p95?.toFixed(1)}, ${worst?.toFixed(1)} ms`)
      const what = `${containers} containers, ${doing}: time between frames`
      results.push(
        { what: `${what}, p50`, unit: 'ms', ours: p50 ?? NaN, bar: { most: FRAME } },
        { what: `${what}, p95`, unit: 'ms', ours: p95 ?? NaN, ...containers === 500 && { bar: { most: FRAME } } },
        { what: `${what}, longest`, unit: 'ms', ours: worst ?? NaN }
      )
    }
    await page.close()
    await service.stop()
    await fakes.stop()
  }
  return results
}
