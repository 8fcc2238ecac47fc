import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Test } from 'tap'
import { defaultLimits } from '../../lib/engine/connection.ts'
import type { FakeEngine } from '../support/fake-engine.ts'
import { settled, type Row } from './matrix.ts'
import type { Noise, Report } from './noisy-engine.ts'

const PROGRAM = join(import.meta.dirname, 'noisy-engine.ts')

/** For what takes its time: the limits that the service has, and room to keep them on a busy machine. */
export const patient: Pick<Row, 'limits' | 'timing' | 'interval'> = {
  limits: defaultLimits,
  timing: { interval: 500, resync: 1000, settle: 100, backOffMost: 1000 },
  interval: 100
}

/** A noisy Engine before the fake one, in a process of its own: its work must not look like that of the service. */
export function createNoise () {
  let tell = async (_noise: Noise): Promise<Report> => ({ port: 0, events: 0, bytes: 0 })
  let stop = async () => {}
  return {
    /** @returns the address of the fake by way of the noisy one */
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
    /** From now on, until something else is told. */
    make: (noise: Noise) => () => tell(noise),
    /** Asserts that events really were told. */
    async flooded (t: Test, events: number) {
      let told = 0
      await settled(async () => {
        told = (await tell({ kind: 'same' })).events
        return told >= events
      })
      t.ok(told >= events, `${told} events were told`)
    },
    report: () => tell({ kind: 'same' }),
    quiet: () => tell({ kind: 'none' }),
    stop: () => stop()
  }
}
