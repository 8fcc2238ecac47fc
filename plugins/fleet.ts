import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import type { HostSnapshot } from '../lib/collector/snapshot.ts'
import { freshnessOf } from '../lib/views/freshness.ts'

/** One of the forms that an answer has. */
interface Representation {
  type: string
  /** What tells it from others of the same snapshots and type. */
  variant?: string
}

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Answers with what is made of snapshots, or with 304 where the client has it already.
     * @param make the bytes; called only when they are sent
     * @param representation JSON where it is not said
     */
    sendSnapshots (
      snapshots: readonly HostSnapshot[], make: () => Buffer | Promise<Buffer>, representation?: Representation
    ): Promise<FastifyReply>
  }
}

const JSON_ANSWER: Representation = { type: 'application/json; charset=utf-8' }

/** Answers made of snapshots, with how fresh they are → `reply.sendSnapshots`. */
export default fp(async app => {
  const run = randomBytes(12).toString('base64url')

  async function sendSnapshots (
    this: FastifyReply, snapshots: readonly HostSnapshot[], make: () => Buffer | Promise<Buffer>,
    { type, variant = '' } = JSON_ANSWER
  ) {
    const headers = freshnessOf(snapshots, [run, type, variant].join('\n'))
    const { request }: { request: FastifyRequest } = this
    this.headers(headers).cacheControl('no-cache')
    if (fresh(request.headers, headers)) return this.code(304).send()
    return this.type(type).send(await make())
  }

  app.decorateReply('sendSnapshots', sendSnapshots)
}, { name: 'fleet' })
