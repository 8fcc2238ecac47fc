const LINE_LIMIT = 2 ** 20

/**
 * The JSON values of a stream that has one a line, whatever the pieces it comes in. Lines that are no JSON are left
 * out.
 * @throws Error when a line is longer than a mebibyte
 */
export async function * readLines (body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const text = rest + decoder.decode(chunk, { stream: true })
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (rest.length > LINE_LIMIT) throw new Error('a line of the stream is too long')
    for (const line of text.slice(0, end).split('\n')) {
      const value = parseLine(line)
      if (value !== undefined) yield value
    }
  }
  const last = parseLine(rest)
  if (last !== undefined) yield last
}

function parseLine (line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
