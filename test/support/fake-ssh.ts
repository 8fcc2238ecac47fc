import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folder } from './folder.ts'

export interface Starts {
  /** Process ID and arguments of every start so far. */
  starts (): { pid: number, args: string[] }[]
  /** Number of processes that still run. */
  running (): number
}

export const isRunning = ({ pid }: { pid: number }) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Reads the starts of a program that logs each one as a line of JSON. */
export function readStarts (file: string): Starts {
  const lines = () => existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  const starts = () => lines().map(line => JSON.parse(line))
  return { starts, running: () => starts().filter(isRunning).length }
}

/** Prepends a folder to PATH until the test ends. */
export function prependPath (t: Test, path: string) {
  const before = process.env.PATH
  process.env.PATH = `${path}:${before}`
  t.teardown(() => { process.env.PATH = before })
}

/**
 * Adds an `ssh` to PATH that runs some JavaScript, in which `dial()` connects to an Engine's socket. By default it only
 * calls `dial()`.
 */
export function fakeSsh (t: Test, address: string, script = 'dial()'): Starts {
  const path = folder(t)
  const log = join(path, 'starts')
  writeFileSync(join(path, 'ssh'), `#!${process.execPath}
    const start = JSON.stringify({ pid: process.pid, args: process.argv.slice(2) })
    require('node:fs').appendFileSync('${log}', start + '\\n')
    const dial = () => {
      const socket = require('node:net').connect('${address.slice('unix://'.length)}')
      process.stdin.pipe(socket).pipe(process.stdout)
      return socket
    }
    ${script}
  `, { mode: 0o755 })
  prependPath(t, path)
  return readStarts(log)
}
