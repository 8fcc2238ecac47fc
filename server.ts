#!/usr/bin/env node
import { parseArgs } from 'node:util'
import type { ServeOptions } from './commands/serve.ts'
import { messageOf } from './lib/errors.ts'
import { own } from './lib/model/own.ts'
import { Output } from './lib/process/output.ts'

const USAGE = `Usage: dockstat [--config PATH]                   Run the service
       dockstat check [--config PATH] [--json]    Check the configuration, its certificates and all hosts
       dockstat demo                              Run the service with made-up hosts, without Docker
       dockstat token [NAME]                      Make a token and its entry for the configuration
       dockstat notify test NAME [--config PATH]  Send a test message to the target of a rule
       dockstat health [--config PATH]            Check whether the service is up
       dockstat --help                            Print this text
       dockstat --version                         Print the version
`

const OPTIONS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' }
} as const

interface Command {
  /** The options that it takes. */
  options?: readonly string[]
  /** Maximum number of arguments. */
  most?: number
  run (given: { config?: string | undefined, json?: boolean | undefined, args: string[] }): Promise<void>
}

const stderr = new Output(process.stderr)

function fail (message: string): never {
  stderr.write(`${message}\n`)
  process.exit(1)
}

const refuse = (message: string): never => fail(`${message}\n${USAGE.trimEnd()}`)

/** Exits once standard output has the text, or its reader is gone. */
const finish = (text: string, code = 0) =>
  new Promise<never>(() => process.stdout.write(text, () => process.exit(code)))

function parse (args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    return refuse(messageOf(error).replace(/\. .*/s, ''))
  }
}

async function runService (options: Omit<ServeOptions, 'process' | 'stderr'>) {
  process.on('SIGHUP', () => {}) // must not end the service while it loads
  const { serve } = await import('./commands/serve.ts')
  const problem = await serve({ ...options, process, stderr })
  if (problem !== null) fail(problem)
}

const service: Command = {
  options: ['config'],
  run: ({ config: file }) => runService({ file })
}

/** Each command loads only what it needs. */
const commands: Record<string, Command> = {
  demo: {
    async run () {
      const [{ demo }] = await Promise.all([import('./commands/demo.ts'), import('./commands/serve.ts')])
      await runService(await demo(process).catch(error => fail(`Cannot start the demo: ${messageOf(error)}`)))
    }
  },
  check: {
    options: ['config', 'json'],
    async run ({ config: file, json: isJson = false }) {
      const { check } = await import('./commands/check.ts')
      const { ok, text } = await check({ file, isJson, env: process.env, cwd: process.cwd() })
      return finish(text, ok ? 0 : 1)
    }
  },
  token: {
    most: 1,
    async run ({ args: [name = 'default'] }) {
      const { token } = await import('./commands/token.ts')
      return finish(token(name))
    }
  },
  notify: {
    options: ['config'],
    most: 2,
    async run ({ config: file, args: [action, name] }) {
      if (action !== 'test' || name === undefined) return refuse('Expected: notify test NAME')
      const { testNotification } = await import('./commands/notify.ts')
      const { ok, text } = await testNotification({ file, name, env: process.env, cwd: process.cwd() })
      return finish(text, ok ? 0 : 1)
    }
  },
  health: {
    options: ['config'],
    async run ({ config: file }) {
      const { health } = await import('./commands/health.ts')
      const problem = await health({ file, env: process.env, cwd: process.cwd() })
      if (problem !== null) fail(problem)
    }
  },
  help: { run: () => finish(USAGE) }
}

const { values: { help, version, ...values }, positionals: [name, ...names] } = parse(process.argv.slice(2))
if (help) await finish(USAGE)
if (version) await finish(`${(await import('./lib/version.ts')).version}\n`)
const command = name === undefined ? service : own(commands, name) ?? refuse(`Unknown command ${name}`)
const { options = [], most = 0, run } = command
const unexpected = [...Object.keys(values).filter(option => !options.includes(option)).map(option => `--${option}`),
  ...names.slice(most)]
if (unexpected.length > 0) refuse(`Unexpected argument: ${unexpected.join(' ')}`)
await run({ ...values, args: names })
