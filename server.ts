#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { messageOf } from './lib/errors.ts'
import { Output } from './lib/process/output.ts'

const USAGE = `Usage: dockstat [--config PATH]   Run the service
       dockstat health            Check whether the service is up, by HOST and PORT`

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
    if (args[0] !== 'health') {
      return { command: 'serve', file: parseArgs({ args, options: { config: { type: 'string' } } }).values.config }
    }
    parseArgs({ args: args.slice(1) })
    return { command: 'health' }
  } catch (error) {
    fail(`${messageOf(error)}\n${USAGE}`)
  }
}

/** Commands load what they need and resolve to what went wrong, or to null. */
const commands = {
  async serve ({ file }: Arguments) {
    process.on('SIGHUP', () => {}) // the signal must not end the service while it loads
    const { serve } = await import('./commands/serve.ts')
    return await serve({ file, process, stderr })
  },
  async health () {
    const { health } = await import('./commands/health.ts')
    return await health(process.env)
  }
}

const given = readArguments(process.argv.slice(2))
const problem = await commands[given.command](given)
if (problem !== null) fail(problem)
