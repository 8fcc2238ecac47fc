import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

/** Creates a temporary folder whose path is short enough for unix sockets. */
export function folder (t: Test): string {
  const path = mkdtempSync(join(tmpdir(), 'ds-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}
