import t from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { serveSite, visit } from '../support/page.ts'
import { until } from '../support/until.ts'
import { container, docker, inspect, isEmulated, skip as noEngine } from '../real-engine/docker.ts'
import { startProxy } from '../real-engine/proxy.ts'

const skip = noEngine || noBrowser

/** Milliseconds within which the page shows what docker did. */
const SOON = isEmulated ? 30_000 : 2000

t.test('The page shows within two seconds what docker does, and when the Engine is lost', { skip }, async t => {
  const proxy = await startProxy(t)
  const { url, app } = await serveSite(t, { yaml: `mintimeout: 1000\nhosts: { real: { url: '${proxy.address}' } }` })
  const id = await container(t, { command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.1; done'] })
  const name = (await inspect(id)).Name.slice(1)
  await until(() => app.stats.snapshots().every(({ up, events }) => up && events !== 'connecting'))
  const { page } = await visit(t, `${url}#/?q=${name}`)
  const state = page.locator('.row').filter({ hasText: name }).locator('.state').first()
  await page.locator('.row').filter({ hasText: name }).getByText('running').waitFor()
  await until(async () => /\d %/.test(await page.locator('.row .cpu').textContent() ?? ''))

  /** How long after the command the page shows the state. */
  const lagOf = async (words: string, ...command: string[]) => {
    const shown = page.waitForFunction(words => {
      const isShown = document.querySelector('.row .state')?.textContent?.startsWith(words)
      return isShown ? Date.now() : null
    }, words, { polling: 20 })
    await docker(...command)
    const done = Date.now()
    return Number(await (await shown).jsonValue()) - done
  }
  const stopped = await lagOf('exited', 'stop', id)
  t.ok(stopped < SOON, `the stop is shown after ${stopped} ms`)
  const started = await lagOf('running', 'start', id)
  t.ok(started < SOON, `the start is shown after ${started} ms`)

  await proxy.cut()
  await page.getByText(/Down since .*: .+/).waitFor()
  await proxy.restore()
  await page.getByText(/Down since/).waitFor({ state: 'detached' })
  await page.locator('.row').filter({ hasText: name }).getByText('running').waitFor()
  t.match(await state.textContent(), 'running')
  await page.goto(`${url}#/events`)
  await page.getByText(`${name} on real started`).first().waitFor()
  await page.getByText('real is up again').waitFor()
})
