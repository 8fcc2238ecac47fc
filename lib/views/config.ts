import type { Config } from '../config/config.ts'

/** The text of the running configuration; if the file on disk is not the one that runs, a comment says why. */
export function configText ({ text, rejected }: Pick<Config, 'text' | 'rejected'>): string {
  if (rejected === null) return text
  const lines = [
    `The file on disk has been invalid since ${new Date(rejected.at).toISOString()}. This is the configuration in use.`,
    ...rejected.problems
  ]
  return lines.flatMap(line => line.split('\n')).map(line => `# ${line}\n`).join('') + text
}
