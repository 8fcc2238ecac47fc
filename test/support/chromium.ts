import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'
import t from 'tap'

const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'

/** The reason to skip tests in Chromium. */
export const noBrowser = existsSync(executablePath) || process.env.REQUIRE_BROWSER
  ? false
  : `there is no Chromium at ${executablePath}: set CHROMIUM to its path`

const args = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'
]

async function launch (): Promise<Browser> {
  const browser = await chromium.launch({ executablePath, args })
  t.teardown(() => browser.close())
  return browser
}

let started: Promise<Browser> | null = null

/** Chromium, which is started once per process. */
export const browser = (): Promise<Browser> => (started ??= launch())
