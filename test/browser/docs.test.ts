import type { Page } from 'playwright-core'
import t from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { noNginx, startNginx } from '../support/nginx.ts'
import { serveSite, visit } from '../support/page.ts'
import { MARK } from '../support/secrets.ts'

const httpCredentials = { username: 'me', password: MARK }
const GROUPS = ['Stats', 'Hosts', 'Containers', 'Events', 'Prometheus', 'Cluster', 'Service']

/** Tries a request of the page, and returns the status code and the body that it shows. */
async function tryOut (page: Page, id: string): Promise<[string | null, string | null]> {
  const block = page.locator(`#operations-${id}`)
  await block.locator('.opblock-summary-control').click()
  await block.locator('.try-out__btn').click()
  await block.locator('.execute').click()
  const shown = block.locator('.live-responses-table .response')
  return [
    await shown.locator('.response-col_status').textContent(),
    await shown.locator('.highlight-code').first().textContent()
  ]
}

t.test('groups the routes, and has its own title and icon', { skip: noBrowser }, async t => {
  const { url } = await serveSite(t)
  const { page } = await visit(t, `${url}docs`, { httpCredentials })
  await page.locator('#operations-Service-getStatus').waitFor()
  t.strictSame(await page.locator('.opblock-tag').evaluateAll(all => all.map(one => one.getAttribute('data-tag'))),
    GROUPS)
  t.equal(await page.title(), 'DockStatAPI: API')
  const icons = await page.locator('link[rel=icon]').evaluateAll(all => all.map(one => one.getAttribute('href')))
  t.strictSame(icons, ['./docs/static/theme/icon.svg'])
  const logo = page.locator('.topbar img')
  await logo.waitFor()
  t.match(await logo.getAttribute('src'), /^data:image\/svg\+xml;base64,/)
})

t.test('sends requests with the credentials of the browser', { skip: noBrowser }, async t => {
  const { url } = await serveSite(t, { yaml: 'hosts: { nas: { url: unix:///none } }' })
  const { page } = await visit(t, `${url}docs/`, { httpCredentials })
  t.match(await tryOut(page, 'Hosts-getHosts'), ['200', /"nas"/])
})

const skip = noBrowser || noNginx
for (const path of ['docs', 'docs/']) {
  t.test(`sends requests with the token that was entered, at ${path} under a sub path`, { skip }, async t => {
    const yaml = 'docs: { public: true }\nserver: { publicUrl: https://ex.org/elsewhere }\n' +
      'hosts: { nas: { url: unix:///none } }'
    const site = await serveSite(t, { yaml })
    const url = await startNginx(t, site.url, 'proxy_set_header Host $host;')
    const { page } = await visit(t, url + path)
    await page.locator('.scheme-container .authorize').click()
    await page.locator('.auth-container input').first().fill(MARK)
    await page.locator('.auth-container .authorize').first().click()
    await page.locator('.auth-container .btn-done').first().click()
    t.match(await tryOut(page, 'Hosts-getHosts'), ['200', /"nas"/])
    t.ok(site.answers.some(([path, statusCode]) => path === '/hosts' && statusCode === 200))
  })
}
