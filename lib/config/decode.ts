const UTF16 = 'it is in UTF-16; save it as UTF-8'

/**
 * The text of a file that has to be UTF-8.
 * @throws Error that says what it is instead, and on which line
 */
export function decode (bytes: Buffer): string {
  const [first, second] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (hasMark || bytes.includes(0)) throw new Error(UTF16)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const line = bytes.toString().split('\ufffd', 1)[0]?.split('\n').length
    throw new Error(`it is not in UTF-8, but perhaps in Latin-1: see line ${line}; save it as UTF-8`)
  }
}
