import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import type { FakeEngine } from '../support/fake-engine.ts'

/** Forwards connections, with a minimal accept queue. */
const PROGRAM = `
  const { connect, createServer } = require('node:net')
  const server = createServer(socket => {
    const engine = connect(process.argv[1])
    for (const end of [socket, engine]) end.on('error', () => {})
    socket.pipe(engine).pipe(socket)
    socket.on('close', () => engine.destroy())
    engine.on('close', () => socket.destroy())
  })
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => console.log(server.address().port))`

/** Enough connections to fill the accept queue. */
const QUEUE = 6

/** Relays to a fake Engine through a process that can freeze like a machine: sockets stay open, but nothing moves. */
export function createRelay () {
  let freeze = () => {}
  let thaw = () => {}
  let stop = async () => {}
  let port = 0
  const waiting = new Set<Socket>()
  return {
    /** Returns the address that leads to the fake through the relay. */
    async start (t: Test, fake: FakeEngine): Promise<string> {
      const path = fake.address.slice('unix://'.length)
      const child = spawn(process.execPath, ['-e', PROGRAM, path], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
      freeze = () => { child.kill('SIGSTOP') }
      thaw = () => { child.kill('SIGCONT') }
      stop = async () => {
        if (child.kill('SIGKILL')) await once(child, 'close')
      }
      t.teardown(stop)
      const lines = createInterface(child.stdout)
      const [line] = await once(lines, 'line')
      port = Number(line)
      return `tcp://127.0.0.1:${port}`
    },
    freeze: () => freeze(),
    /** Makes new connections hang, because the kernel drops them once the accept queue is full. */
    freezeAndFill () {
      freeze()
      for (let count = waiting.size; count < QUEUE; count++) {
        waiting.add(connect(port, '127.0.0.1').on('error', () => {}))
      }
    },
    thaw () {
      for (const socket of waiting) socket.destroy()
      waiting.clear()
      thaw()
    },
    stop: () => stop()
  }
}
