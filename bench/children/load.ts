/** Load from a process of its own: each message is what to ask for, each answer what came of it. */
import autocannon from 'autocannon'
import { quantile } from '../figures.ts'
import type { Load, LoadResult } from '../load.ts'

async function run ({ url, headers, connections, seconds, rate }: Load): Promise<LoadResult> {
  const times: number[] = []
  const statuses: Record<string, number> = {}
  let bytes = 0
  const limits = { connections, duration: seconds, ...rate !== undefined && { overallRate: rate } }
  const start = performance.now()
  const errors = await new Promise<number>((resolve, reject) => {
    const done = (error: unknown, result: autocannon.Result) => error ? reject(error) : resolve(result.errors)
    autocannon({ url, headers, ...limits }, done).on('response', (_client, status, size, time) => {
      times.push(time)
      bytes += size
      statuses[status] = (statuses[status] ?? 0) + 1
    })
  })
  const [p50 = NaN, p99 = NaN] = [0.5, 0.99].map(share => quantile(times, share))
  const elapsed = (performance.now() - start) / 1000
  return { requests: times.length, perSecond: times.length / elapsed, p50, p99, bytes, statuses, errors }
}

process.on('message', async (load: Load) => process.send?.(await run(load)))
process.on('disconnect', () => process.exit())
