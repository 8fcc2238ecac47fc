import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { constants, gunzipSync } from 'node:zlib'
import { parser } from './event-stream.ts'

/** A response whose client reads only when a test says so. */
export class FakeResponse extends EventEmitter {
  readonly written: Buffer[] = []
  /** Whether the client does not read. */
  isFull = false
  isEnded = false
  isDestroyed = false

  /** Typed as what it stands for. */
  get raw (): ServerResponse {
    return this as unknown as ServerResponse
  }

  write (bytes: Buffer): boolean {
    this.written.push(bytes)
    return !this.isFull
  }

  end (bytes?: Buffer): void {
    if (bytes) this.written.push(bytes)
    this.isEnded = true
    if (!this.isFull) this.emit('close')
  }

  destroy (): void {
    this.isDestroyed = true
    this.emit('close')
  }

  /** Reads everything. */
  drain (): void {
    this.isFull = false
    this.emit('drain')
  }

  /** Everything that was written, as a client parses it. */
  get events () {
    const { all, feed, comments } = parser()
    const bytes = Buffer.concat(this.written)
    const finishFlush = this.isEnded ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
    feed(String(bytes[0] === 0x1f ? gunzipSync(bytes, { finishFlush }) : bytes))
    return { all, comments, names: all.map(({ event }) => event).join(' ') }
  }
}
