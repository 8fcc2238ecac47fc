import type { Socket } from 'node:net'

const incomplete = new Error('the reply is incomplete')

const encode = (args: readonly string[]) =>
  [`*${args.length}`, ...args.flatMap(arg => [`$${Buffer.byteLength(arg)}`, arg]), ''].join('\r\n')

/** Returns the reply at an offset and where the next one starts; throws if it is an error or incomplete. */
function readReply (bytes: Buffer, start: number): [reply: string, next: number] {
  const end = bytes.indexOf('\r\n', start)
  if (end === -1) throw incomplete
  const line = bytes.toString('utf8', start + 1, end)
  const type = String.fromCharCode(bytes[start] ?? 0)
  const size = Number(line)
  let next = end + 2
  if (type === '-') throw new Error(line)
  if (type === '+' || type === ':') return [line, next]
  if (type === '$') {
    if (size === -1) return ['', next]
    if (bytes.length < next + size + 2) throw incomplete
    return [bytes.toString('utf8', next, next + size), next + size + 2]
  }
  if (type !== '*') throw new Error(`not a reply: ${type}${line}`)
  const items: string[] = []
  for (let count = 0; count < size; count++) {
    const [item, after] = readReply(bytes, next)
    items.push(item)
    next = after
  }
  return [items.join('\n'), next]
}

/** Returns the reply to the last of several commands, or null while it is incomplete. */
function lastReply (bytes: Buffer, count: number): string | null {
  let [reply, next] = ['', 0]
  try {
    for (let index = 0; index < count; index++) [reply, next] = readReply(bytes, next)
    return reply
  } catch (error) {
    if (error === incomplete) return null
    throw error
  }
}

/** Sends commands over a new connection, closes it, and returns the last one's reply. */
export async function sendCommands (socket: Socket, commands: readonly string[][]): Promise<string> {
  socket.write(commands.map(encode).join(''))
  let bytes = Buffer.alloc(0)
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk])
    const reply = lastReply(bytes, commands.length)
    if (reply !== null) return reply
  }
  throw new Error('the connection closed before the answer')
}
