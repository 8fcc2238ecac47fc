import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** A folder of the test's own, with a path short enough for unix sockets. */
export function folder (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'ds-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}
