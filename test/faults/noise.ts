import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Test } from 'tap'
import { defaultLimits } from '../../lib/engine/connection.ts'
import type { FakeEngine } from '../support/fake-engine.ts'
import { settled, type Row } from './matrix.ts'
import type { Noise, Report } from './noisy-engine.ts'

const PROGRAM = join(import.meta.dirname, 'noisy-engine.ts')

/** The service's real limits, with enough time to meet them on a busy machine. */
export const patient: Pick<Row, 'limits' | 'timing' | 'interval'> = {
  limits: defaultLimits,
  timing: { interval: 500, resync: 1000, settle: 100, backOffMost: 1000 },
  interval: 100
}

/** A noisy Engine in front of the fake one, in a process of its own so that its load is not measured as ours. */
export function createNoise () {
  let tell = async (_noise: Noise): Promise<Report> => ({ port: 0, events: 0, bytes: 0 })
  let stop = async () => {}
  return {
    /** Returns the address that leads to the fake through the noisy Engine. */
    async start (t: Test, fake: FakeEngine): Promise<string> {
      const path = fake.address.slice('unix://'.length)
      const command = [...process.execArgv, PROGRAM, path]
      const child = spawn(process.execPath, command, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      stop = async () => {
        if (child.kill('SIGKILL')) await once(child, 'close')
      }
      t.teardown(stop)
      const reported = async (): Promise<Report> => (await once(child, 'message'))[0]
      tell = async noise => {
        child.send(noise)
        return await reported()
      }
      const { port } = await reported()
      return `tcp://127.0.0.1:${port}`
    },
    make: (noise: Noise) => () => tell(noise),
    /** Asserts that the Engine really sent this many events. */
    async flooded (t: Test, events: number) {
      let sent = 0
      await settled(async () => {
        sent = (await tell({ kind: 'same' })).events
        return sent >= events
      })
      t.ok(sent >= events, `the Engine sent ${sent} events`)
    },
    report: () => tell({ kind: 'same' }),
    quiet: () => tell({ kind: 'none' }),
    stop: () => stop()
  }
}
