import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Returns the output of promtool; rejects if it finds a problem. */
export async function promtool (args: string[], input = ''): Promise<string> {
  const running = run('promtool', args)
  running.child.stdin?.end(input)
  const { stdout, stderr } = await running
  return stdout + stderr
}

/** The `skip` option of tests that need Prometheus. */
export const skip = await promtool(['--version']).then(() => false, () => 'promtool is not installed')
if (skip && process.env.REQUIRE_PROMETHEUS) throw new Error(`${skip}, but REQUIRE_PROMETHEUS is set`)
