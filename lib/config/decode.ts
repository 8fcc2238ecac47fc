const UTF16 = 'its encoding is UTF-16; save it as UTF-8'

/** Decodes a file that must be UTF-8. The error names the likely encoding and, if possible, the line. */
export function decode (bytes: Buffer): string {
  const [first, second] = bytes
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (hasMark || bytes.includes(0)) throw new Error(UTF16)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    const line = bytes.toString().split('\ufffd', 1)[0]?.split('\n').length
    throw new Error(`line ${line} is not valid UTF-8, but perhaps Latin-1; save the file as UTF-8`)
  }
}
