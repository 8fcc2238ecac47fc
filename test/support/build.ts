import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import app, { createServer } from '../../app.ts'
import { createLogging } from '../../lib/process/log.ts'
import { checkAnswers } from './answers.ts'
import { folder } from './folder.ts'

export interface BuildOptions {
  /** Text of dockstat.yaml. */
  yaml?: string
  env?: NodeJS.ProcessEnv
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
export async function build (t: Test, { yaml = '', env = {} }: BuildOptions = {}): Promise<Built> {
  const cwd = folder(t)
  writeFileSync(join(cwd, 'dockstat.yaml'), yaml)
  const stdout = new PassThrough()
  let text = ''
  stdout.on('data', chunk => { text += chunk })
  const logging = await createLogging(stdout, false)
  const server = createServer(logging)
  t.teardown(() => server.close())
  checkAnswers(t, server)
  await server.register(app, { source: { env: { SECRET: 'secret', ...env }, cwd }, logging })
  await server.ready()
  return { app: server, log: () => text, cwd }
}
