/**
 * Preloaded into the service (`node --import`) to report what only the process itself can see. It answers `timers` with
 * the number that keep the process alive, `objects` with the timers and sockets that exist, and `memory` after a full
 * collection. It walks the heap instead of calling `gc()`, because only that makes V8 return the up to 32 MB that it
 * reserves for its young generation.
 */
import { Socket } from 'node:net'
import { queryObjects } from 'node:v8'

/** Memory of the process, bytes. */
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
