import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, detailsOf, startFakeEngine } from '../support/fake-engine.ts'
import { enliven } from '../support/lively.ts'
import { serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const list = (id = 'aa') => containerList([
  { id, names: ['/web'], labels: { 'com.docker.compose.project': 'shop', team: 'edge', secret: 'x' } },
  { id: 'bb', names: ['/db'] }
])

async function serve (t: Test) {
  const engine = await startFakeEngine(t, { containers: list() })
  const [entry] = JSON.parse(list())
  const limits = { NanoCpus: 5e8, Memory: 6e7 }
  engine.details.aa = detailsOf({ ...entry, HostConfig: { ...entry.HostConfig, ...limits } })
  enliven(engine)
  const yaml = `mintimeout: 200\nhosts: { nas: { url: '${engine.address}' } }\nlabels: [team]`
  const site = await serveSite(t, { yaml })
  await until(() => engine.streams.size > 0)
  return { ...site, engine }
}

const titles = ['CPU', 'Memory', 'Network', 'Disk']

const summaries = (page: Page) => page.locator('.graph .summary').allTextContents()

/** Counts pixels of a graph that look like a colour of the styles. */
const pixels = (page: Page, graph: number, name: string) => page.evaluate(([graph, name]) => {
  const canvas = document.querySelectorAll('canvas')[Number(graph)]
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const wanted = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? []
  probe.remove()
  const { data } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
  let count = 0
  for (let at = 0; at < data.length; at += 4) {
    if (data[at + 3] === 255 && wanted.every((value, index) => Math.abs(value - (data[at + index] ?? 0)) < 12)) count++
  }
  return count
}, [graph, name] as const)

t.test('shows graphs with limits and marks, details and events', { skip: noBrowser }, async t => {
  const { url, engine } = await serve(t)
  const { page } = await visit(t, url, { allowed: /willReadFrequently/ })
  await page.getByRole('link', { name: 'web', exact: true }).click()
  await page.getByRole('heading', { name: 'web', exact: true }).waitFor()
  t.match(page.url(), /#\/container\/nas\/web$/)
  t.strictSame((await page.locator('figcaption').allTextContents()).map(text => text.split(' ')[0]), titles)
  await until(async () => (await summaries(page)).every(text => /\d/.test(text)))
  const [cpu, memory] = await summaries(page)
  t.match(cpu, /^cores 0\.\d\d · highest 0\.\d\d · limit 0\.50$/)
  t.match(memory, /limit 57\.2 MiB$/)
  await until(() => pixels(page, 0, '--accent'))
  await until(() => pixels(page, 1, '--bad'))
  t.equal(await pixels(page, 2, '--bad'), 0, 'nothing limits the network, and nothing has happened')
  const facts = await page.locator('.facts').textContent()
  t.match(facts, /Imagebusybox/)
  t.match(facts, /teamedge/)
  t.notMatch(facts, 'secret')
  engine.emit('oom', 'aa', { name: 'web', image: 'busybox' })
  await page.getByText('ran out of memory').waitFor()
  await until(() => pixels(page, 2, '--bad'))
  t.pass('the graphs mark it')
})

t.test('graphs share their cursor', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page } = await visit(t, `${url}#/container/nas/web`)
  await until(async () => (await summaries(page)).some(text => /\d/.test(text)))
  const box = await page.locator('.u-over').first().boundingBox()
  t.ok(box)
  if (!box) return
  await page.mouse.move(box.x + box.width - 3, box.y + 20)
  const times = () => page.locator('.u-legend .u-series:first-child .u-value').allTextContents()
  await until(async () => {
    const shown = await times()
    return shown.length === 4 && shown.every(text => text !== '' && text === shown[0])
  })
})

t.test('the range is part of the link, and the list is found again as it was', { skip: noBrowser }, async t => {
  const { url, answers } = await serve(t)
  const { page, context } = await visit(t, `${url}#/?q=web&sort=-cpu`)
  await page.getByRole('link', { name: 'web', exact: true }).click()
  await page.getByRole('button', { name: '30 days' }).click()
  await until(() => answers.some(([path]) => path.includes('history?from=30d')))
  t.match(page.url(), /#\/container\/nas\/web\?range=30d$/)
  const other = await context.newPage()
  await other.addInitScript(() => sessionStorage.setItem('dockstat-token', 'marked-secret'))
  await other.goto(page.url())
  await other.locator('[aria-pressed=true]', { hasText: '30 days' }).waitFor()
  await page.getByRole('link', { name: 'All containers' }).click()
  await page.getByRole('columnheader', { name: 'CPU' }).waitFor()
  t.match(page.url(), /#\/\?q=web&sort=-cpu$/)
  await page.goBack()
  await page.locator('[aria-pressed=true]', { hasText: '30 days' }).waitFor()
})

t.test('a container that is recreated keeps its page, and one that is gone says so', { skip: noBrowser }, async t => {
  const { url, engine } = await serve(t)
  const { page } = await visit(t, `${url}#/container/nas/web`)
  await page.locator('.facts').getByText('aa', { exact: true }).waitFor()
  engine.containers = list('cc')
  engine.emit('destroy', 'aa')
  engine.emit('start', 'cc', { name: 'web' })
  await page.locator('.facts').getByText('cc', { exact: true }).waitFor()
  engine.containers = '[]'
  engine.emit('destroy', 'cc')
  await page.getByText('not there any more').waitFor()
  t.equal(await page.locator('.graph').count(), 4, 'its past is still shown')
})

t.test('a link to nothing says that there is nothing', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page } = await visit(t, `${url}#/container/nas/nobody`, { allowed: /status of 404/ })
  t.match(await page.getByRole('alert').textContent(), 'nobody')
  await page.goto(`${url}#/container/%E0%A4%A/x`)
  await page.getByRole('link', { name: 'web', exact: true }).waitFor()
})
