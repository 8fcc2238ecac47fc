import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { enliven } from '../support/lively.ts'
import { builtPage, serveSite, UNAUTHORIZED, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const axe = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')

async function serve (t: Test) {
  const engine = await startFakeEngine(t, {
    containers: containerList([
      { id: 'aa', names: ['/web'], labels: { 'com.docker.compose.project': 'shop', 'dockstat.tags': 'edge,public' } },
      { id: 'bb', names: ['/db'], labels: { 'dockstat.link': 'https://ex.org/', 'dockstat.icon': 'SI:postgresql' } },
      { id: 'cc', names: ['/job'], state: 'exited' }
    ])
  })
  enliven(engine)
  const yaml = `mintimeout: 200\nhosts: { nas: { url: '${engine.address}' }, pi: { url: unix:///none } }\n` +
    'tags: { edge: sky-500 }'
  const site = await serveSite(t, { yaml })
  await until(() => engine.streams.size > 0)
  return { ...site, engine }
}

/** What axe finds, in short. */
const violations = (page: Page): Promise<string[]> => page.evaluate(async script => {
  new Function(script)() // eslint-disable-line no-new-func
  const { violations } = await (window as never as { axe: { run (): Promise<{ violations: Violation[] }> } }).axe.run()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ''}`))
}, axe)

interface Violation {
  id: string
  nodes: { html: string, any: { message: string }[] }[]
}

const VIEWS = {
  overview: ['#/', '.row .spark'],
  'an empty overview': ['#/?q=none', '.nothing'],
  container: ['#/container/nas/web', '.graph canvas'],
  events: ['#/events', '.event'],
  prompt: ['#/', '#token']
} as const

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1400, 390]) {
    const on = `${colorScheme}, ${width} pixels wide`
    t.test(`axe finds nothing: ${on}`, { skip: noBrowser }, async t => {
      const { url, engine } = await serve(t)
      engine.emit('oom', 'aa', { name: 'web', image: 'busybox' })
      for (const [view, [hash, awaited]] of Object.entries(VIEWS)) {
        const token = view === 'prompt' ? null : 'marked-secret'
        const options = { token, colorScheme, viewport: { width, height: 844 }, bypassCSP: true }
        const { page, context } = await visit(t, url + hash, { ...options, allowed: UNAUTHORIZED })
        await page.locator(awaited).first().waitFor()
        t.strictSame(await violations(page), [], view)
        t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), `${view} fits the window`)
        await context.close()
      }
    })
  }
}

/** What has the focus, in words. */
const focused = (page: Page) => page.evaluate(() => {
  const element = document.activeElement
  const name = element?.getAttribute('aria-label') ?? element?.textContent ?? ''
  return `${element?.tagName.toLowerCase()} ${name.replace(/^[▾▸]/, '').slice(0, 20)}`
})

async function tabTo (page: Page, wanted: string): Promise<string[]> {
  const passed: string[] = []
  while (passed.at(-1) !== wanted && passed.length < 60) {
    await page.keyboard.press('Tab')
    passed.push(await focused(page))
  }
  return passed
}

t.test('everything can be done with the keyboard', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page } = await visit(t, url)
  await page.locator('.row .spark').first().waitFor()
  const passed = await tabTo(page, 'a web')
  for (const wanted of ['a Overview', 'a Events', 'button Colours: Auto', 'input Search', 'select State',
    'select Tag', 'select Project or stack', 'button Container ↑', 'button CPU', 'button nas', 'button shop']) {
    t.ok(passed.includes(wanted), `${wanted} in ${passed.join(', ')}`)
  }
  t.equal(passed.at(-1), 'a web')
  t.not(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle'), 'none')
  const cpu = page.locator('.row', { hasText: 'web' }).locator('.cpu .number')
  const before = await cpu.textContent()
  await until(async () => await cpu.textContent() !== before)
  t.equal(await focused(page), 'a web', 'an update keeps the focus')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'web', exact: true }).waitFor()
  t.equal((await tabTo(page, 'button 24 hours')).at(-1), 'button 24 hours')
  await page.keyboard.press('Enter')
  await page.locator('[aria-pressed=true]', { hasText: '24 hours' }).waitFor()
  t.equal(await focused(page), 'button 24 hours')
  await page.goBack()
  await page.getByRole('button', { name: 'shop' }).focus()
  await page.keyboard.press('Enter')
  await page.locator('.row').filter({ hasText: 'web' }).waitFor({ state: 'detached' })
  await page.getByRole('columnheader', { name: 'CPU' }).getByRole('button').focus()
  await page.keyboard.press('Space')
  await page.locator('[role=columnheader][aria-sort=descending]', { hasText: 'CPU' }).waitFor()
  await page.keyboard.press('Shift+Tab')
  t.equal(await focused(page), 'button Up for')
})

t.test('the theme follows the system, or the switch', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page } = await visit(t, url, { colorScheme: 'dark' })
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await page.locator('.row').first().waitFor()
  const dark = await background()
  await page.emulateMedia({ colorScheme: 'light' })
  const light = await background()
  t.not(light, dark)
  const change = page.getByRole('button', { name: /^Colours/ })
  await change.click()
  await page.emulateMedia({ colorScheme: 'dark' })
  t.equal(await background(), light)
  await change.click()
  t.equal(await background(), dark)
  await page.reload()
  await page.locator('.row').first().waitFor()
  t.match(await change.textContent(), 'Dark')
})

t.test('a phone shows cards, and sorts them', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page } = await visit(t, `${url}#/?group=none`, { viewport: { width: 360, height: 740 }, hasTouch: true })
  const names = () => page.locator('.row .title').allTextContents()
  await until(async () => (await names()).join() === 'db,job,web')
  const boxes = await page.locator('.row').evaluateAll(rows => rows.map(row => {
    const { top, bottom, left, right } = row.getBoundingClientRect()
    return { top, bottom, isInside: left >= 0 && right <= innerWidth }
  }))
  t.ok(boxes.every(({ isInside }) => isInside))
  t.ok(boxes.slice(1).every(({ top }, index) => top >= (boxes[index]?.bottom ?? 0)), 'no card covers another one')
  await page.getByLabel('Sort by').selectOption('state')
  await until(async () => (await names()).join() === 'job,db,web')
  await page.getByRole('button', { name: 'Ascending' }).click()
  await until(async () => (await names())[2] === 'job')
})

t.test('nothing moves if the reader wants that', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const durationOf = async (reducedMotion: 'reduce' | 'no-preference') => {
    const { page } = await visit(t, url, { reducedMotion })
    const bar = page.locator('.row .meter > span').first()
    await bar.waitFor({ state: 'attached' })
    return bar.evaluate(element => getComputedStyle(element).transitionDuration)
  }
  t.equal(await durationOf('reduce'), '0s')
  t.not(await durationOf('no-preference'), '0s')
})

t.test('the page is small, and its policy allows no other site nor inline scripts', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const response = await fetch(url, { headers: { accept: 'text/html' } })
  const policy = response.headers.get('content-security-policy') ?? ''
  t.match(policy, "default-src 'none'")
  t.notMatch(policy, /unsafe|\*|https?:/)
  const html = await response.text()
  const files = [...html.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map(([, file = '']) => file)
  const folder = await builtPage()
  const sizes = files.map(file => readFileSync(join(folder, `${file}.gz`)).length)
  t.ok(html.length + sizes.reduce((sum, size) => sum + size, 0) < 100_000, sizes.join())
  const { page } = await visit(t, url, { allowed: /Content Security Policy|Refused to execute/i })
  await page.locator('.row').first().waitFor()
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.wasRun = true'
    document.body.append(script)
  })
  t.equal(await page.evaluate('window.wasRun'), undefined)
})
