import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, detailsOf, startFakeEngine, type FakeContainer } from '../support/fake-engine.ts'
import { enliven } from '../support/lively.ts'
import { serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const project = (name: string) => ({ 'com.docker.compose.project': name, 'com.docker.compose.service': 'x' })

const SHOP: FakeContainer[] = [
  { id: 'a1', names: ['/web'], labels: { ...project('shop'), 'dockstat.tags': 'edge' } },
  { id: 'a2', names: ['/db'], labels: { ...project('shop'), 'dockstat.icon': 'SI:postgresql' } },
  { id: 'a3', names: ['/job'], state: 'exited', labels: { 'dockstat.icon': 'own.svg' } },
  { id: 'a4', names: ['/cron'], labels: { 'dockstat.icon': 'SI:none-of-them', 'dockstat.link': 'https://ex.org/' } }
]

const healthy = detailsOf(JSON.parse(containerList(SHOP))[0], { Health: { Status: 'healthy' } })

async function shop (t: Test, more = '', files: Record<string, string> = {}) {
  const [nas, pi] = await Promise.all([
    startFakeEngine(t, { containers: containerList(SHOP), details: { a1: healthy } }),
    startFakeEngine(t, { containers: containerList([{ id: 'b1', names: ['/web'], state: 'paused' }]) })
  ])
  enliven(nas)
  const yaml = `mintimeout: 200\nhosts: { nas: { url: '${nas.address}' }, pi: { url: '${pi.address}' } }\n${more}`
  const site = await serveSite(t, { yaml, files })
  await until(() => site.app.stats.snapshots().every(({ up }) => up))
  return { nas, pi, yaml, ...site }
}

/** The names of the containers that are shown, from top to bottom. */
const names = (page: Page) => page.locator('.row .title').allTextContents()

const shows = (page: Page, expected: string) => until(async () => (await names(page)).join(' ') === expected)

t.test('shows hosts as sections, and containers by project', { skip: noBrowser }, async t => {
  const { url } = await shop(t)
  const { page } = await visit(t, url, { allowed: /status of 404/ })
  await shows(page, 'db web cron job web')
  t.strictSame(await page.getByRole('heading', { level: 2 }).allTextContents(), ['▾nas', '▾pi'])
  t.strictSame(await page.locator('.group button').allTextContents(), ['▾shop', '▾Other containers'])
  t.match(await page.locator('.totals').textContent(), /Hosts up2 \/ 2Running3 \/ 5/)
  const row = page.getByRole('row').filter({ hasText: 'web' }).filter({ hasText: 'edge' })
  await until(async () => /running healthy/.test(await row.textContent() ?? ''))
  await until(async () => /\d\.\d %/.test(await row.textContent() ?? ''))
  await until(async () => /[\d.]+ KiB\/s/.test(await row.textContent() ?? ''))
  t.match(await row.textContent(), /MiB \/ no limit/)
  const out = page.getByRole('link', { name: 'Open cron' })
  t.equal(await out.getAttribute('href'), 'https://ex.org/')
  t.match(await out.getAttribute('rel'), 'noreferrer')
})

t.test('shows icons: those of simple-icons, own files, and initials', { skip: noBrowser }, async t => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle r="4" fill="red"/></svg>'
  const { url } = await shop(t, 'web: { icons: . }', { 'own.svg': svg })
  const { page } = await visit(t, url, { allowed: /status of 404/ })
  const iconOf = (name: string) => page.locator('.row', { has: page.getByRole('link', { name, exact: true }) })
    .locator('.icon').first()
  await iconOf('db').locator('.mask').waitFor()
  await iconOf('job').locator('.own').waitFor()
  t.equal(await iconOf('cron').textContent(), 'C')
  t.match(await iconOf('db').locator('.mask').evaluate(element => getComputedStyle(element).maskImage), 'blob:')
})

t.test('searches, filters and sorts by the URL, and writes it', { skip: noBrowser }, async t => {
  const { url } = await shop(t)
  const { page } = await visit(t, url, { allowed: /status of 404/ })
  const select = (label: string, value: string) => page.getByLabel(label, { exact: true }).selectOption(value)
  await shows(page, 'db web cron job web')
  await page.getByLabel('Search').fill('web')
  await shows(page, 'web web')
  await select('Host', 'pi')
  await shows(page, 'web')
  t.match(page.url(), /#\/\?q=web&host=pi$/)
  await page.getByRole('button', { name: 'Clear' }).click()
  await select('State', 'exited')
  await shows(page, 'job')
  await select('State', '')
  await select('Tag', 'edge')
  await shows(page, 'web')
  await select('Tag', '')
  await select('Project or stack', 'shop')
  await shows(page, 'db web')
  await page.reload()
  await shows(page, 'db web')
  await page.goto(`${url}#/?state=exited&state=paused`)
  await shows(page, 'job web')
  await page.goto(`${url}#/?group=none&sort=-name`)
  await shows(page, 'web job db cron web')
  const container = page.getByRole('columnheader', { name: 'Container' })
  t.equal(await container.getAttribute('aria-sort'), 'descending')
  await container.getByRole('button').click()
  await shows(page, 'cron db job web web')
  await page.getByRole('columnheader', { name: 'Memory' }).getByRole('button').click()
  t.match(page.url(), /sort=-memory$/)
  await until(async () => (await names(page)).indexOf('job') === 3)
  await page.goto(`${url}#/?q=nothing+of+that`)
  await page.getByText('No container matches').waitFor()
})

t.test('folds hosts and projects', { skip: noBrowser }, async t => {
  const { url } = await shop(t)
  const { page } = await visit(t, url, { allowed: /status of 404/ })
  await shows(page, 'db web cron job web')
  await page.getByRole('button', { name: 'shop' }).click()
  await shows(page, 'cron job web')
  await page.getByRole('button', { name: 'nas' }).click()
  await shows(page, 'web')
  t.equal(await page.getByRole('button', { name: 'nas' }).getAttribute('aria-expanded'), 'false')
  await page.getByRole('button', { name: 'nas' }).click()
  await shows(page, 'cron job web')
})

t.test('containers and hosts come and go without a reload', { skip: noBrowser }, async t => {
  const { url, nas, pi, yaml, cwd } = await shop(t)
  const { page } = await visit(t, url, { allowed: /status of 404/ })
  await shows(page, 'db web cron job web')
  nas.containers = containerList([...SHOP.slice(1), { id: 'a9', names: ['/web'], labels: project('shop') }])
  nas.emit('destroy', 'a1')
  nas.emit('start', 'a9', { name: 'web' })
  await page.locator('.row').filter({ hasText: 'web' }).filter({ hasText: 'edge' }).waitFor({ state: 'detached' })
  await shows(page, 'db web cron job web')
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml.replace(/, pi: \{.*?\}/, ''))
  await shows(page, 'db web cron job')
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml.replace('hosts: {', `hosts: { attic: { url: '${pi.address}' },`))
  await shows(page, 'web db web cron job web')
  t.strictSame(await page.getByRole('heading', { level: 2 }).allTextContents(), ['▾attic', '▾nas', '▾pi'])
})

t.test('says since when a host is down and why, and shows it once it is back', { skip: noBrowser }, async t => {
  const { url, nas } = await shop(t)
  const { page } = await visit(t, url, { allowed: /status of 404/ })
  await shows(page, 'db web cron job web')
  await nas.close()
  const head = page.getByRole('row').filter({ has: page.getByRole('heading', { name: 'nas' }) })
  await head.getByText(/Down since \d+.*: .*(refused|no such socket|unreachable|disconnected|ENOENT)/i).waitFor()
  t.equal(await page.locator('.row.stale').count(), 4, 'its containers look stale')
  t.match(await page.locator('.totals').textContent(), /Hosts up1 \/ 2/)
  await nas.listen()
  await head.getByText('Docker 28.5.2').waitFor()
  await until(async () => await page.locator('.row.stale').count() === 0)
})

t.test('says that the replica which polls a host was lost', { skip: noBrowser }, async t => {
  const { address } = await startFakeEngine(t, { containers: containerList(SHOP.slice(0, 1)) })
  const { url, app } = await serveSite(t, { yaml: `mintimeout: 60000\nhosts: { nas: { url: '${address}' } }` })
  const { page } = await visit(t, url)
  await shows(page, 'web')
  const snapshot = await until(() => app.store.find('nas'))
  const error = { code: 'REPLICA_LOST', message: 'Replica "other", which polls this host, is silent' }
  app.store.put({ ...snapshot, epoch: `${snapshot.epoch}~`, error })
  await page.getByText(error.message).waitFor()
  await shows(page, 'web')
})

t.test('says what to do without hosts, and shows the first one', { skip: noBrowser }, async t => {
  const { address } = await startFakeEngine(t, { containers: containerList(SHOP.slice(0, 1)) })
  const { url, cwd } = await serveSite(t, { yaml: 'hosts: {}', env: { DOCKER_HOST: undefined } })
  const { page } = await visit(t, url)
  const isEmpty = page.getByText('No hosts')
  const isLocal = page.getByRole('heading', { name: 'local' })
  await isEmpty.or(isLocal).waitFor()
  writeFileSync(join(cwd, 'dockstat.yaml'), `hosts: { nas: { url: '${address}' } }`)
  await shows(page, 'web')
  t.equal(await page.getByText('Live', { exact: true }).count(), 1)
})

t.test('names are text, whatever they contain', { skip: noBrowser }, async t => {
  const odd = ['/<img src=x onerror=alert(1)>', '/قاعدة', '/🚀-rocket', `/${'long'.repeat(60)}`]
  const tags = Array.from({ length: 30 }, (_, index) => `tag-${index}`).join()
  const containers = odd.map((name, index) => ({ id: `e${index}`, names: [name], labels: { 'dockstat.tags': tags } }))
  const { address } = await startFakeEngine(t, { containers: containerList(containers) })
  const { url } = await serveSite(t, { yaml: `hosts: { nas: { url: '${address}' } }` })
  const { page } = await visit(t, url)
  await until(async () => (await names(page)).length === 4)
  t.strictSame((await names(page)).sort(), odd.map(name => name.slice(1)).sort())
  t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), 'nothing is cut off at the side')
})
