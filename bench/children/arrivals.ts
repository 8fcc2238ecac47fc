/**
 * Follows `/stream` of several replicas, and notes when each learns of a poll. Argument (JSON): `urls`, `token` and
 * `hosts`. Replies to each message with the lags since the last one: milliseconds from the end of a poll until a
 * replica that did not make it sent the result to this client. The replica that is the first made the poll. Polls that
 * ended before the last message do not count: the first events of a stream are whole snapshots of older ones.
 */
const { urls, token, hosts } = JSON.parse(process.argv[2] ?? '{}')

/** Of each event of a poll; the rest of the event is not read. */
const EVENT = /^data: \{"host":\{"host":"([^"]+)".{0,60}?"lastSeen":"([^"]+)"/

/** Milliseconds since the epoch at which replicas had a poll, by host and when it ended. */
let arrivals = new Map<string, number[]>()
let since = Infinity

function note (line: string) {
  const [, host, lastSeen] = EVENT.exec(line) ?? []
  if (host === undefined || lastSeen === undefined || Date.parse(lastSeen) < since) return
  const key = `${host} ${lastSeen}`
  arrivals.set(key, [...arrivals.get(key) ?? [], Date.now()])
}

async function follow (url: string): Promise<void> {
  const query = hosts.map((host: string) => `host=${host}`).join('&')
  const { body } = await fetch(`${url}/stream?${query}`, {
    headers: { authorization: token, 'accept-encoding': 'identity' }
  })
  if (body === null) throw new Error('no stream')
  let line = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    for (const [index, part] of chunk.split('\n').entries()) {
      if (index > 0) {
        note(line)
        line = ''
      }
      line += part
    }
  }
}

process.on('message', () => {
  const lags = [...arrivals].flatMap(([key, times]) =>
    times.toSorted((a, b) => a - b).slice(1).map(time => time - Date.parse(key.slice(key.indexOf(' ') + 1))))
  process.send?.(lags)
  arrivals = new Map()
  since = Date.now()
})
process.on('disconnect', () => process.exit())
for (const url of urls) follow(url).catch(() => {}) // the replica has ended
process.send?.('connected')
