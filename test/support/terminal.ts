import { spawnSync } from 'node:child_process'

/** Why a test that needs a terminal is skipped, or false. */
export const noTerminal = /util-linux/.test(String(spawnSync('script', ['--version']).stdout))
  ? false
  : 'script of util-linux is not installed'

/**
 * Runs a command on a terminal, whose keyboard is standard input.
 * `exec`, because a shell that waits (dash does, bash does not) would die of Ctrl-C itself, with exit code 130.
 */
export const onTerminal = (command: string[]) =>
  ['script', '-qec', ['exec', ...command.map(word => `'${word}'`)].join(' '), '/dev/null']
