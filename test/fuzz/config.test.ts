import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parseDocument, visit } from 'yaml'
import { ConfigError, type Config } from '../../lib/config/config.ts'
import { loadConfig } from '../../lib/config/load.ts'
import { EngineClient } from '../../lib/engine/client.ts'
import { build } from '../support/build.ts'
import { parseExposition } from '../support/exposition.ts'
import { folder } from '../support/folder.ts'
import { ENV, files, MARKS } from './config-files.ts'
import { fuzz } from './fuzz.ts'

const FILE = 'fuzz.yaml'
const POSITION = /^fuzz\.yaml:(\d+):(\d+): .{5,}/
const UNREADABLE = /^fuzz\.yaml: the configuration file cannot be read \((its encoding is|line \d+ is not valid UTF-8)/

/** The message of a variable such as `${NAME:?message}`, which is there to be shown. */
const MESSAGE = /(?<=the environment variable \w+ is not set: ).*/

function refuse (text: string, what: string) {
  const mark = MARKS.find(mark => text.includes(mark))
  if (mark !== undefined) throw new Error(`a secret (${mark}) is in ${what}: ${text}`)
}

/** Every problem is one line, has a place in the file, and shows no secret. */
function checkProblems (problems: readonly string[], source: string) {
  const { length } = source.split('\n')
  if (problems.length === 0) throw new Error('rejected without a problem')
  for (const problem of problems) {
    refuse(problem.replace(MESSAGE, ''), 'a problem')
    if (/[\p{Cc}\u2028]/u.test(problem)) throw new Error(`more than one line: ${JSON.stringify(problem)}`)
    const [place, line, column] = POSITION.exec(problem) ?? []
    const isPlaced = place !== undefined && Number(line) >= 1 && Number(line) <= length && Number(column) >= 1
    if (!isPlaced && !UNREADABLE.test(problem)) throw new Error(`no place in the file: ${problem}`)
    if (/\bundefined\b|\bNaN\b|\[object/.test(problem)) throw new Error(problem)
  }
}

/** What `/config` shows must be the file, without the token, however that is written. */
function checkText (text: string) {
  const scalars: unknown[] = []
  visit(parseDocument(text, { schema: 'failsafe' }), { Scalar: (_key, { value }) => { scalars.push(value) } })
  refuse(text, 'the masked file')
  refuse(scalars.join(), 'a scalar of the masked file')
}

async function checkClients ({ hosts }: Config) {
  for (const { name, filter, ...endpoint } of hosts) await new EngineClient(endpoint).close()
}

/** Applies configurations to a running service, whose hosts are replaced because their addresses are made up. */
async function startService (t: Test) {
  const { app, log } = await build(t, { yaml: 'log: { file: none }\nhosts: { a: { url: unix:///nowhere } }' })
  return async (config: Config) => {
    const hosts = config.hosts.map(({ tls, ...host }) => ({ ...host, address: 'unix:///nowhere' }))
    await app.applyConfig({ ...config, hosts })
    const authorization = Buffer.from(config.auth.token ?? String(app.generatedToken)).toString('latin1')
    for (const url of ['/status', '/stats', '/hosts', '/containers', '/metrics', '/sd', '/config']) {
      const headers = { authorization, origin: 'https://x.example.com', 'x-forwarded-for': '10.0.0.1' }
      const { statusCode, body } = await app.inject({ url, headers })
      if (statusCode !== 200) throw new Error(`${url}: ${statusCode} ${body}`)
      if (url === '/metrics') parseExposition(body, 'text')
      if (url === '/config' && body !== config.text) throw new Error('/config shows another text')
    }
    if (/"level":[56]0/.test(log().slice(-5000))) throw new Error(log().slice(-5000))
  }
}

t.test('every configuration file is applied or explained', async t => {
  const cwd = folder(t)
  const apply = await startService(t)
  const env = { ...ENV, DOCKER_CONFIG: join(import.meta.dirname, '../fixtures/docker-config') }
  await fuzz(t, files, async bytes => {
    writeFileSync(join(cwd, FILE), bytes)
    try {
      const config = await loadConfig({ file: FILE, env, cwd }).catch((error: unknown) => {
        if (!(error instanceof ConfigError)) throw error
        checkProblems(error.problems, String(bytes))
      })
      if (!config) return 1
      checkText(config.text)
      await checkClients(config)
      await apply(config)
      return 1
    } catch (cause) {
      throw new Error(`${cause} for ${JSON.stringify(String(bytes))}`, { cause })
    }
  })
})
