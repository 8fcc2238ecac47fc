import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What promtool says. Fails where it has a complaint. */
export async function promtool (args: string[], input = ''): Promise<string> {
  const running = run('promtool', args)
  running.child.stdin?.end(input)
  const { stdout, stderr } = await running
  return stdout + stderr
}

/** Option of tests that need Prometheus: why they cannot run. With REQUIRE_PROMETHEUS set that is a failure. */
export const skip = await promtool(['--version']).then(() => false, () => 'promtool is not installed')
if (skip && process.env.REQUIRE_PROMETHEUS) throw new Error(`${skip}, and REQUIRE_PROMETHEUS is set`)
