#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { messageOf } from './lib/errors.ts'
import { Output } from './lib/process/output.ts'

const USAGE = `Usage: dockstat [--config PATH]   Run the service
       dockstat health [--config PATH]   Check whether the service at HOST and PORT is up`

const stderr = new Output(process.stderr)

function fail (message: string): never {
  stderr.write(`${message}\n`)
  process.exit(1)
}

interface Arguments {
  command: 'serve' | 'health'
  /** Path given with `--config`. */
  file?: string | undefined
}

function readArguments (args: string[]): Arguments {
  try {
    const command = args[0] === 'health' ? 'health' : 'serve'
    const options = { config: { type: 'string' } } as const
    const { values } = parseArgs({ args: command === 'health' ? args.slice(1) : args, options })
    return { command, file: values.config }
  } catch (error) {
    fail(`${messageOf(error)}\n${USAGE}`)
  }
}

/** Each command loads only what it needs, and resolves to a problem or to null. */
const commands = {
  async serve ({ file }: Arguments) {
    process.on('SIGHUP', () => {}) // must not end the service while it loads
    const { serve } = await import('./commands/serve.ts')
    return await serve({ file, process, stderr })
  },
  async health ({ file }: Arguments) {
    const { health } = await import('./commands/health.ts')
    return await health({ file, env: process.env, cwd: process.cwd() })
  }
}

const given = readArguments(process.argv.slice(2))
const problem = await commands[given.command](given)
if (problem !== null) fail(problem)
