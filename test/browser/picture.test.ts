import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { startDemo } from '../../lib/demo/demo.ts'
import { noBrowser } from '../support/chromium.ts'
import { folder } from '../support/folder.ts'
import { serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const README = join(import.meta.dirname, '../../docs/page.png')
const SIZE = { width: 1280, height: 760 }

/** Width and height of a PNG, from its first chunk. */
const sizeOf = (png: Buffer) => ({ width: png.readUInt32BE(16), height: png.readUInt32BE(20) })

/** `npm run picture` keeps the picture for README.md. */
t.test('the picture in README.md shows the demo', { skip: noBrowser }, async t => {
  const own = folder(t)
  const { file, engines } = await startDemo({ folder: own, hours: 24 })
  const site = await serveSite(t, { yaml: readFileSync(file, 'utf8') })
  t.teardown(() => Promise.all(engines.map(engine => engine.close())))
  const { page } = await visit(t, site.url, { viewport: SIZE, colorScheme: 'light' })
  await page.getByRole('heading', { name: 'nas', exact: true }).waitFor()
  const totals = page.locator('.totals')
  await until(async () => (await totals.textContent())?.includes(' / 40'))
  await until(() => site.app.stats.snapshots().every(({ containers }) =>
    containers.every(({ state, sample }) => state !== 'running' || sample?.cpuCores != null)))
  await page.waitForTimeout(5000) // until all hosts have sent them
  t.ok(await page.locator('.spark polyline').count() > 10)
  const path = process.env.PICTURE ? README : join(own, 'page.png')
  const png = await page.screenshot({ path })
  t.strictSame(sizeOf(png), SIZE)
  t.strictSame(sizeOf(readFileSync(README)), SIZE)
})
