const LINE_LIMIT = 2 ** 20

/** Parses a stream of newline-delimited JSON and skips invalid lines. Throws if a line is longer than 1 MiB. */
export async function * readLines (body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const text = rest + decoder.decode(chunk, { stream: true })
    const end = text.lastIndexOf('\n') + 1
    rest = text.slice(end)
    if (rest.length > LINE_LIMIT) throw new Error('a line of the stream is longer than 1 MiB')
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
