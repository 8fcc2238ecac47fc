import { pipeline, type Readable } from 'node:stream'
import split2 from 'split2'

/** Characters. */
const MAX_LINE = 2 ** 20

/** Returns undefined, which split2 skips, for invalid JSON and for `null`, which would end its stream. */
function parseLine (line: string): unknown {
  try {
    return JSON.parse(line) ?? undefined
  } catch {
    return undefined
  }
}

/**
 * Parses a stream of newline-delimited JSON and skips invalid lines. Fails if a line is longer than 1 MiB. Destroying
 * the result destroys `body`.
 */
export const readLines = (body: Readable): Readable =>
  pipeline(body, split2(parseLine, { maxLength: MAX_LINE }), () => {})
