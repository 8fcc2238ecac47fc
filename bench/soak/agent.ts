/**
 * Loaded into the service before its own code (`node --import`): tells the soak what only the process itself knows.
 * It answers `timers` with those that keep the process alive, `objects` with the timers and sockets that still exist,
 * and `memory` with what is left when V8 has collected all it can and has given back what it keeps for its young
 * generation, up to 32 MB: it does both before it walks the heap, not with `gc()`.
 */
import { Socket } from 'node:net'
import { queryObjects } from 'node:v8'

/** What the process says of its memory, bytes. */
export type Memory = NodeJS.MemoryUsage

const timer = setTimeout(() => {}, 0)
const Timeout = timer.constructor
clearTimeout(timer)

const answers: Record<string, () => unknown> = {
  memory () {
    queryObjects(Timeout)
    return process.memoryUsage()
  },
  timers: () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
  objects: () => ({
    timers: queryObjects(Timeout, { format: 'count' }), sockets: queryObjects(Socket, { format: 'count' })
  })
}

process.on('message', question => process.send?.(answers[String(question)]?.()))
process.channel?.unref()
