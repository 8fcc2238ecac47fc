import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import type { HostSnapshot } from '../lib/collector/snapshot.ts'
import { compress, encodingFor } from '../lib/compress.ts'
import { kept, remembered } from '../lib/kept.ts'
import { json, type Representation } from '../lib/representation.ts'
import { freshnessHeaders, freshnessOf } from '../lib/views/freshness.ts'

/** Makes the bytes of an answer; called only when they are sent. */
type Make = (snapshots: readonly HostSnapshot[]) => Buffer | Promise<Buffer>

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with what is made of snapshots, or with 304 where the client has it already; compressed where it may be.
     * @param representation JSON where it is not said
     */
    sendSnapshots (
      snapshots: readonly HostSnapshot[], make: Make, representation?: Representation
    ): Promise<FastifyReply>
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

  async function sendSnapshots (
    this: FastifyReply, snapshots: readonly HostSnapshot[], make: Make, representation = json
  ) {
    const { request }: { request: FastifyRequest } = this
    const encoding = encodingFor(request.headers['accept-encoding'])
    const headers = freshnessHeaders(freshness(snapshots)(representation)(encoding))
    this.headers(headers).vary(representation.vary)
    if (fresh(request.headers, comparable(request, headers))) return this.code(304).send()
    const bytes = await make(snapshots)
    const compressed = await compress(bytes, encoding)
    if (compressed !== bytes) this.header('content-encoding', encoding)
    return this.type(representation.type).send(compressed)
  }

  app.decorateReply('sendSnapshots', sendSnapshots)
}, { name: 'fleet' })
