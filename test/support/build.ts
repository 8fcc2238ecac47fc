import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Test } from 'tap'
import app, { createServer } from '../../app.ts'
import { loadConfig } from '../../lib/config/load.ts'
import { createLogging } from '../../lib/process/log.ts'
import { checkAnswers } from './answers.ts'
import { folder } from './folder.ts'
import { MARK } from './secrets.ts'

export interface BuildOptions {
  /** Text of dockstat.yaml. */
  yaml?: string
  env?: NodeJS.ProcessEnv
  /** More files in the working directory, by name. */
  files?: Record<string, string>
  /** Called with every route. */
  onRoute?: (route: RouteOptions) => void
  /** Folder of the built page. */
  page?: string
}

export interface Built {
  app: FastifyInstance
  /** Log lines on standard output so far. */
  log (): string
  /** The working directory. */
  cwd: string
}

/**
 * Builds the service as server.ts does, in a temporary folder, without listening. Every response has to match the
 * OpenAPI document.
 */
export async function build (t: Test, options: BuildOptions = {}): Promise<Built> {
  const { yaml = '', env = {}, files = {}, onRoute = () => {}, page } = options
  const cwd = folder(t)
  for (const [name, text] of Object.entries({ ...files, 'dockstat.yaml': yaml })) writeFileSync(join(cwd, name), text)
  const stdout = new PassThrough()
  let text = ''
  stdout.on('data', chunk => { text += chunk })
  const logging = await createLogging(stdout, false)
  const source = { env: { SECRET: MARK, ...env }, cwd }
  const config = await loadConfig(source)
  const server = createServer(logging, config)
  t.teardown(async () => {
    await server.close()
    if (text.includes(MARK)) throw new Error(`the log shows the token: ${text}`)
  })
  checkAnswers(t, server)
  server.addHook('onRoute', onRoute)
  await server.register(app, { source, config, logging, page })
  await server.ready()
  return { app: server, log: () => text, cwd }
}
