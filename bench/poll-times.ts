import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { Fakes } from './fakes.ts'
import { idOf } from './fake-answers.ts'
import { median } from './figures.ts'
import type { BenchOptions, Result } from './result.ts'
import { Service } from './service.ts'

/** Response time of an Engine without a tick, milliseconds. */
const DIRECT = 3
const POLLS = 15
const MINTIMEOUT = 1000
/** Milliseconds that a poll may take in addition to the slowest call, and milliseconds between two reads. */
const ALLOWANCE = 50
const LOOK = 100

interface Details {
  poll: { durationMs: number }
  requests: { stats: number }
}

/** Durations of some polls of 100 containers, milliseconds. */
async function durations (addresses: readonly string[], polls: number): Promise<number[]> {
  const service = new Service({ addresses, mintimeout: MINTIMEOUT })
  try {
    await service.polled(100)
    const found = new Map<number, number>()
    while (found.size < polls + 1) {
      const { poll, requests } = await service.json<Details>('/hosts/host0')
      if (requests.stats % 100 === 0) found.set(requests.stats, poll.durationMs)
      await sleep(LOOK)
    }
    return [...found.values()].slice(1) // the first poll may have started before
  } finally {
    await service.stop()
  }
}

/** The longest of some single calls at arbitrary times within the tick, milliseconds. */
async function slowestCall (address: string, calls: number): Promise<number> {
  const times: number[] = []
  for (let call = 0; call < calls; call++) {
    const start = performance.now()
    const { body } = await request(`${address.replace('tcp:', 'http:')}/containers/${idOf(0, call)}/stats`)
    await body.dump()
    times.push(performance.now() - start)
  }
  return Math.max(...times)
}

/** Measures the duration of a poll, with an Engine that answers immediately and with one that answers on a tick. */
export async function pollTimes ({ resources, say }: BenchOptions): Promise<Result[]> {
  const direct = new Fakes(1, { stats: DIRECT })
  const ticked = new Fakes(1, { server: 'Docker/20.10.24 (linux)', stats: 'ticked' })
  resources.push(direct, ticked)
  const [tickedAddress = ''] = await ticked.listening()
  const atOnce = await durations(await direct.listening(), POLLS)
  const onTick = await durations([tickedAddress], POLLS)
  const call = await slowestCall(tickedAddress, POLLS)
  say(`ms a poll: ${atOnce.join(' ')}; on the tick ${onTick.join(' ')}, single call ${Math.round(call)}`)
  return [
    {
      what: `A poll of 100 containers, ${DIRECT} ms per response`,
      unit: 'ms',
      ours: median(atOnce),
      bar: { most: 250 }
    },
    {
      what: `The slowest poll of 100 containers on a tick, minus ${ALLOWANCE} ms, against the slowest call`,
      unit: 'ms',
      ours: Math.max(...onTick),
      reference: call,
      compared: (Math.max(...onTick) - ALLOWANCE) / call,
      bar: { most: 1.2 }
    }
  ]
}
