import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import type { HostSnapshot } from '../lib/collector/snapshot.ts'
import { freshnessOf } from '../lib/views/freshness.ts'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with JSON that is made of snapshots, or with 304 where the client has it already.
     * @param make the bytes; called only when they are sent
     */
    sendSnapshots (snapshots: readonly HostSnapshot[], make: () => Buffer): FastifyReply
  }
}

/** Answers made of snapshots, with how fresh they are → `reply.sendSnapshots`. */
export default fp(async app => {
  const run = randomBytes(12).toString('base64url')

  function sendSnapshots (this: FastifyReply, snapshots: readonly HostSnapshot[], make: () => Buffer) {
    const headers = freshnessOf(snapshots, run)
    const { request }: { request: FastifyRequest } = this
    this.headers(headers).cacheControl('no-cache')
    if (fresh(request.headers, headers)) return this.code(304).send()
    return this.type('application/json; charset=utf-8').send(make())
  }

  app.decorateReply('sendSnapshots', sendSnapshots)
}, { name: 'fleet' })
