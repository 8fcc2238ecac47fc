import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { enliven } from '../support/lively.ts'
import { noNginx, startNginx } from '../support/nginx.ts'
import { serveSite, visit } from '../support/page.ts'

const skip = noBrowser || noNginx

/** Serves the page under /dockstat/ of a real nginx. */
async function serve (t: Test, lines: string) {
  const engine = await startFakeEngine(t, { containers: containerList([{ id: 'aa', names: ['/web'] }]) })
  enliven(engine)
  const yaml = `mintimeout: 200\nhosts: { nas: { url: '${engine.address}' } }`
  const site = await serveSite(t, { yaml })
  const url = await startNginx(t, site.url, `proxy_set_header Host $host; ${lines}`)
  return { ...site, url, engine }
}

t.test('works under a sub path, live', { skip }, async t => {
  const { url, engine } = await serve(t, 'proxy_http_version 1.1;')
  const { page } = await visit(t, url)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'web', exact: true }).click()
  await page.locator('.graph').first().waitFor()
  t.ok(page.url().startsWith(`${url}#/container`))
  engine.emit('pause', 'aa', { name: 'web', image: 'busybox' })
  await page.getByText('was paused').waitFor()
})

t.test('asks every 5 seconds where a proxy holds the stream back, and says so', { skip }, async t => {
  const { url, engine, answers } = await serve(t, 'proxy_ignore_headers X-Accel-Buffering; proxy_buffers 64 64k;')
  const { page } = await visit(t, url)
  await page.getByText('A proxy holds the stream back, so the page asks every 5 seconds.').waitFor()
  await page.getByRole('link', { name: 'web', exact: true }).waitFor()
  t.equal(await page.getByText('Live', { exact: true }).count(), 0)
  engine.containers = containerList([{ id: 'aa', names: ['/web'], state: 'paused' }])
  engine.emit('pause', 'aa', { name: 'web', image: 'busybox' })
  await page.locator('.row').getByText('paused').waitFor()
  await page.getByRole('link', { name: 'Events' }).click()
  await page.getByText('was paused').waitFor()
  t.ok(answers.filter(([path]) => path === '/containers').length >= 2)
})
