import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import type { HostSnapshot } from '../lib/model/snapshot.ts'
import { compress, encodingFor } from '../lib/http/compress.ts'
import { kept, remembered } from '../lib/memoize.ts'
import { json, type Representation } from '../lib/representation.ts'
import { freshnessHeaders, freshnessOf } from '../lib/http/freshness.ts'

/** Makes the bytes of an answer; called only when they are sent. */
type Make = (snapshots: readonly HostSnapshot[]) => Buffer | Promise<Buffer>

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with what is made of snapshots, or with 304 where the client has it already; compressed where it may be.
     * @param representation JSON where it is not said
     * @returns the reply that has been sent, or what resolves to it
     */
    sendSnapshots (
      snapshots: readonly HostSnapshot[], make: Make, representation?: Representation
    ): FastifyReply | Promise<FastifyReply>
  }
}

/** A clock that was set back makes older dates of newer answers: only the same date means the same answer. */
const comparable = ({ headers }: FastifyRequest, given: ReturnType<typeof freshnessHeaders>) =>
  headers['if-modified-since'] === given['last-modified'] ? given : { etag: given.etag }

/** Answers made of snapshots, with how fresh they are → `reply.sendSnapshots`. */
export default fp(async app => {
  const run = randomBytes(12).toString('base64url')
  const freshness = kept((snapshots: readonly HostSnapshot[]) =>
    kept(({ type, variant = '' }: Representation) =>
      remembered(encoding => freshnessOf(snapshots, `${run}\n${type}\n${variant}\n${encoding}`))))

  async function sendBytes (reply: FastifyReply, bytes: Buffer | Promise<Buffer>, encoding: string, type: string) {
    const whole = await bytes
    const compressed = await compress(whole, encoding)
    if (compressed !== whole) reply.header('content-encoding', encoding)
    return reply.type(type).send(compressed)
  }

  /** Not asynchronous: a 304 needs nothing that has to be waited for. */
  function sendSnapshots (
    this: FastifyReply, snapshots: readonly HostSnapshot[], make: Make, representation = json
  ) {
    const { request }: { request: FastifyRequest } = this
    const encoding = encodingFor(request.headers['accept-encoding'])
    const headers = freshnessHeaders(freshness(snapshots)(representation)(encoding))
    this.headers(headers).vary(representation.vary)
    if (fresh(request.headers, comparable(request, headers))) return this.code(304).send()
    return sendBytes(this, make(snapshots), encoding, representation.type)
  }

  app.decorateReply('sendSnapshots', sendSnapshots)
}, { name: 'fleet' })
