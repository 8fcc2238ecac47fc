import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { build, type Built, type BuildOptions } from './build.ts'
import { browser } from './chromium.ts'
import { folder } from './folder.ts'
import { MARK } from './secrets.ts'

const SCRIPT = join(import.meta.dirname, '../../scripts/build-web.js')

async function makePage (): Promise<string> {
  const target = folder(t)
  await promisify(execFile)(process.execPath, [SCRIPT, target], { env: { ...process.env, NODE_OPTIONS: '' } })
  return target
}

let made: Promise<string> | null = null

/** Folder of the page, which is built once per process. */
export const builtPage = (): Promise<string> => (made ??= makePage())

/** The service with the page. */
export interface Site extends Built {
  /** Where it listens, with a slash at the end. */
  url: string
  /** Path and status code of every response so far. */
  answers: [string, number][]
}

/** Starts the service with the page, listening on a free port. */
export async function serveSite (t: Test, options: BuildOptions & { port?: number } = {}): Promise<Site> {
  const { port = 0, ...rest } = options
  const built = await build(t, { ...rest, page: await builtPage() })
  const answers: Site['answers'] = []
  built.app.server.on('request', ({ url = '' }, response) => {
    response.once('finish', () => answers.push([url, response.statusCode]))
  })
  t.teardown(() => built.app.server.closeAllConnections())
  const url = `${await built.app.listen({ host: '127.0.0.1', port })}/`
  return { ...built, url, answers }
}

export interface VisitOptions extends BrowserContextOptions {
  /** Put into the storage of the tab as if it was entered; default: the right one; null for none. */
  token?: string | null
  /** Console errors that the test causes. */
  allowed?: RegExp
  /** Called before the page is opened. */
  prepare?: (page: Page) => Promise<unknown>
}

/** A tab, in a browser profile of its own. */
export interface Visit {
  page: Page
  context: BrowserContext
}

/** Chromium ends all connections when an interface of the machine comes or goes, such as that of a container. */
const ELSEWHERE = /ERR_NETWORK_CHANGED/

/** Fails the test for errors of the page, and for requests to another site. */
function guard (t: Test, page: Page, origin: string, allowed: RegExp | undefined): void {
  page.on('pageerror', error => t.fail(`the page failed: ${error.stack}`))
  page.on('console', message => {
    const isProblem = message.type() === 'error' || message.type() === 'warning'
    const isExpected = ELSEWHERE.test(message.text()) || allowed?.test(message.text())
    if (isProblem && !isExpected) t.fail(`the console shows: ${message.text()}`)
  })
  page.on('request', request => {
    const url = new URL(request.url())
    if (url.origin !== origin && url.protocol !== 'blob:') t.fail(`a request to another site: ${url}`)
  })
}

/** Opens an address of the page for the duration of the test. */
export async function visit (t: Test, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { token = MARK, allowed, prepare, ...given } = options
  const context = await (await browser()).newContext({ viewport: { width: 1400, height: 900 }, ...given })
  t.teardown(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  guard(t, page, new URL(url).origin, allowed)
  if (token !== null) {
    await page.addInitScript(token => {
      if (sessionStorage.getItem('seeded') !== null) return
      sessionStorage.setItem('seeded', 'yes')
      sessionStorage.setItem('dockstat-token', token)
    }, token)
  }
  await prepare?.(page)
  await page.goto(url)
  return { page, context }
}

/** What Chromium logs about a response with an error that a test causes. */
export const UNAUTHORIZED = /status of 401/
/** What Chromium logs while the service or a proxy is gone. */
export const UNREACHABLE =
  /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 50\d/
