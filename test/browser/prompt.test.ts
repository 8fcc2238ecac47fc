import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import t from 'tap'
import { noBrowser } from '../support/chromium.ts'
import { containerList, startFakeEngine } from '../support/fake-engine.ts'
import { serveSite, UNAUTHORIZED, visit } from '../support/page.ts'
import { until } from '../support/until.ts'

const list = containerList([{ id: 'aa', names: ['/web'] }, { id: 'bb', names: ['/db'] }])

async function serve (t: Parameters<typeof startFakeEngine>[0], more = '', env: NodeJS.ProcessEnv = {}) {
  const { address } = await startFakeEngine(t, { containers: list })
  return await serveSite(t, { yaml: `mintimeout: 100\nhosts: { nas: { url: '${address}' } }\n${more}`, env })
}

async function enter (page: Page, token: string) {
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
}

const webLink = (page: Page) => page.getByRole('link', { name: 'web', exact: true })

t.test('asks for the token once per tab, and says where it is', { skip: noBrowser }, async t => {
  const { url, answers } = await serve(t)
  const { page, context } = await visit(t, `${url}#/?q=web`, { token: null, allowed: UNAUTHORIZED })
  await page.getByText('docker logs').waitFor()
  t.equal(await page.evaluate('document.activeElement.id'), 'token')
  t.equal(answers.filter(([, code]) => code === 401).length, 1, 'one request finds out')
  await enter(page, 'marked-secret')
  await webLink(page).waitFor()
  t.equal(await page.getByRole('link', { name: 'db', exact: true }).count(), 0, 'the search in the URL is kept')
  t.notMatch(page.url(), 'secret')
  await page.reload()
  await webLink(page).waitFor()
  const other = await context.newPage()
  await other.goto(url)
  await other.getByLabel('Token').waitFor()
  t.strictSame(await page.evaluate('Object.values(localStorage)'), [])
})

t.test('a wrong token is refused in words', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page } = await visit(t, url, { token: null, allowed: UNAUTHORIZED })
  await enter(page, 'wrong')
  t.match(await page.getByRole('alert').filter({ hasText: 'token' }).textContent(), 'does not know this token')
  t.equal(await page.evaluate('sessionStorage.getItem("dockstat-token")'), null)
  await until(() => page.evaluate('document.activeElement.id === "token"'))
  await enter(page, 'marked-secret')
  await webLink(page).waitFor()
})

t.test('a token may have any characters', { skip: noBrowser }, async t => {
  const { url } = await serve(t, '', { SECRET: 'schlüssel-鍵' })
  const { page } = await visit(t, url, { token: null, allowed: UNAUTHORIZED })
  await enter(page, 'schlüssel-鍵')
  await webLink(page).waitFor()
})

t.test('too many wrong tokens are refused in words', { skip: noBrowser }, async t => {
  const { url, answers } = await serve(t)
  const { page } = await visit(t, url, { token: null, allowed: /status of 4(01|29)/ })
  for (let attempt = 1; attempt <= 11; attempt++) {
    await enter(page, `wrong-${attempt}`)
    await until(() => answers.filter(([, code]) => code === 401 || code === 429).length > attempt)
    await page.getByLabel('Token').waitFor()
  }
  await page.getByRole('alert').filter({ hasText: /too many|again in/i }).waitFor()
})

t.test('a token is remembered on the device if the box is ticked', { skip: noBrowser }, async t => {
  const { url } = await serve(t)
  const { page, context } = await visit(t, url, { token: null, allowed: UNAUTHORIZED })
  await page.getByLabel('Remember it on this device').check()
  await enter(page, 'marked-secret')
  await webLink(page).waitFor()
  const other = await context.newPage()
  await other.goto(url)
  await webLink(other).waitFor()
})

t.test('does not ask with SKIP_AUTH', { skip: noBrowser }, async t => {
  const { url, answers } = await serve(t, '', { SECRET: undefined, SKIP_AUTH: 'true' })
  const { page } = await visit(t, url, { token: null })
  await webLink(page).waitFor()
  t.notOk(answers.some(([, code]) => code >= 400))
})

t.test('a revoked token leads back to the prompt, and a new one to the same view', { skip: noBrowser }, async t => {
  const token = (value: string) =>
    `auth: { tokens: [{ name: page, sha256: ${createHash('sha256').update(value).digest('hex')}, scopes: [stats] }] }`
  const { address } = await startFakeEngine(t, { containers: list })
  const yaml = (value: string) => `mintimeout: 100\nhosts: { nas: { url: '${address}' } }\n${token(value)}`
  const { url, cwd } = await serveSite(t, { yaml: yaml('first-token-of-the-page') })
  const { page } = await visit(t, `${url}#/container/nas/web?range=24h`,
    { token: 'first-token-of-the-page', allowed: UNAUTHORIZED })
  await page.getByRole('heading', { name: 'web', exact: true }).waitFor()
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml('second-token-of-the-page'))
  await page.getByLabel('Token').waitFor()
  await page.getByRole('alert').filter({ hasText: 'does not know' }).waitFor()
  await enter(page, 'second-token-of-the-page')
  await page.getByRole('heading', { name: 'web', exact: true }).waitFor()
  t.match(page.url(), /#\/container\/nas\/web\?range=24h$/)
})
