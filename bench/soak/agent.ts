/**
 * Loaded into the service before its own code (`node --import`): tells the soak what only the process itself knows.
 * It answers `memory` after a full collection, `timers` with those that keep the process alive, and `objects` with the
 * timers and sockets that still exist, which takes a walk of the heap.
 */
import { Socket } from 'node:net'
import { queryObjects } from 'node:v8'

/** What the process says of its memory, bytes; `heapUsed`, `external` and `arrayBuffers` after a full collection. */
export type Memory = NodeJS.MemoryUsage

const timer = setTimeout(() => {}, 0)
const Timeout = timer.constructor
clearTimeout(timer)

const answers: Record<string, () => unknown> = {
  memory () {
    globalThis.gc?.()
    return process.memoryUsage()
  },
  timers: () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length,
  objects: () => ({
    timers: queryObjects(Timeout, { format: 'count' }), sockets: queryObjects(Socket, { format: 'count' })
  })
}

process.on('message', question => process.send?.(answers[String(question)]?.()))
process.channel?.unref()
