// Makes docs/page.png, the picture in README.md, from the demo: npm run picture. Needs Chromium.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { chromium } from 'playwright-core'

const root = join(import.meta.dirname, '..')
const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', SECRET: 'picture' }
const server = join(root, 'dist/server.js')
const demo = spawn(process.execPath, [server, 'demo'], { env, stdio: ['ignore', 'ignore', 'pipe'] })
let text = ''
demo.stderr.setEncoding('utf8').on('data', chunk => { text += chunk })
while (!/port (\d+)/.test(text)) await sleep(100)
const [, port] = /port (\d+)/.exec(text)

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--headless', '--no-sandbox', '--disable-gpu']
})
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 760 }, colorScheme: 'light' })
  await page.goto(`http://127.0.0.1:${port}/`)
  await page.getByLabel('Token').fill('picture')
  await page.getByRole('button', { name: 'Show my containers' }).click()
  await page.getByRole('heading', { name: 'nas' }).waitFor()
  await sleep(15_000) // until rates and sparklines are there
  await page.screenshot({ path: join(root, 'docs/page.png') })
} finally {
  await browser.close()
  demo.kill()
  await once(demo, 'exit')
}
