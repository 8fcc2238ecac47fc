import { spawnSync } from 'node:child_process'

/** The `skip` option of tests that need a terminal. */
export const noTerminal = /util-linux/.test(String(spawnSync('script', ['--version']).stdout))
  ? false
  : 'script of util-linux is not installed'

/**
 * Wraps a command to run on a terminal with standard input as its keyboard.
 * `exec`, because a waiting shell (dash, unlike bash) would itself exit on Ctrl-C, with code 130.
 */
export const onTerminal = (command: string[]) =>
  ['script', '-qec', ['exec', ...command.map(word => `'${word}'`)].join(' '), '/dev/null']
