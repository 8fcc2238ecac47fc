import { chromium } from 'playwright-core'
const [,, base, token, ...wants] = process.argv
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--headless','--no-sandbox','--disable-gpu'] })
const views = {
  overview: { hash: '', w: 1440, h: 900 }, dark: { hash: '', w: 1440, h: 900, dark: true }, phone: { hash: '', w: 390, h: 844, touch: true },
  container: { hash: '#/container/atlas/shop-web-1', w: 1440, h: 1000 }, containerdark: { hash: '#/container/atlas/shop-web-1', w: 1440, h: 1000, dark: true }, events: { hash: '#/events', w: 1440, h: 700 }, prompt: { hash: '', w: 1000, h: 640, no: true }, phonecontainer: { hash: '#/container/atlas/shop-web-1', w: 390, h: 844 }
}
for (const name of wants) {
  const v = views[name] ?? {...views.container, hash: name.slice(name.indexOf('#')), }
  const context = await browser.newContext({ viewport: { width: v.w, height: v.h }, colorScheme: v.dark ? 'dark' : 'light', deviceScaleFactor: 1 })
  const page = await context.newPage()
  page.on('console', m => console.log(name, m.type(), m.text()))
  page.on('pageerror', e => console.log(name, 'ERROR', e.message))
  await page.goto(base + v.hash)
  if (!v.no) { await page.fill('#token', token); await page.click('button[type=submit]'); await page.waitForTimeout(4500) } else await page.waitForTimeout(800)
  await page.screenshot({ path: `/tmp/shots/${name.replace(/\W/g,'_')}.png` })
  await context.close()
}
await browser.close()
