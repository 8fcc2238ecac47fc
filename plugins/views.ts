import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import fresh from 'fresh'
import type { FromSchema } from 'json-schema-to-ts'
import { compress, encodingFor } from '../lib/http/compress.ts'
import { Freshness, type FreshnessHeaders } from '../lib/http/freshness.ts'
import { memoize } from '../lib/memoize.ts'
import type { HostSnapshot } from '../lib/model/snapshot.ts'
import { containerSchema } from '../lib/schemas/container.ts'
import { hostDetailsSchema } from '../lib/schemas/host.ts'
import { containerRow } from '../lib/views/container.ts'
import { createRowView, createView, type RowView } from '../lib/views/encode.ts'
import { hostDetails } from '../lib/views/host.ts'
import type { View } from '../lib/views/view.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Views that several routes share. */
    views: {
      /** Containers, with all fields if none are given. */
      container (fields: readonly string[]): RowView
      /** A host with its details. */
      host (snapshot: HostSnapshot): Buffer
    }
  }
  interface FastifyReply {
    /** Sends bytes, compressed if the client accepts it. */
    sendBytes (type: string, bytes: Buffer): FastifyReply | Promise<FastifyReply>
    /** Sends a view of snapshots, compressed if the client accepts it, or 304 if the client already has it. */
    sendView (view: View, snapshots: readonly HostSnapshot[]): FastifyReply | Promise<FastifyReply>
  }
}

/** Accepts `If-Modified-Since` only if it is equal: if the clock was set back, newer responses have older dates. */
const isFresh = ({ headers }: FastifyRequest, given: FreshnessHeaders) =>
  fresh(headers, headers['if-modified-since'] === given['last-modified'] ? given : { etag: given.etag })

/** Sends synchronously what is already there, including the compressed bytes; otherwise waits for it. */
function sendBytes (this: FastifyReply, type: string, bytes: Buffer): FastifyReply | Promise<FastifyReply> {
  const encoding = encodingFor(this.request.headers['accept-encoding'])
  const send = (compressed: Buffer) => {
    if (compressed !== bytes) this.header('content-encoding', encoding)
    return this.type(type).send(compressed)
  }
  const compressed = compress(bytes, encoding)
  return compressed instanceof Promise ? compressed.then(send) : send(compressed)
}

/** Conditional, compressed responses → `reply.sendView`, `reply.sendBytes`; shared views → `app.views`. */
export default fp(async app => {
  app.decorate('views', {
    container: createRowView<FromSchema<typeof containerSchema>>(containerSchema,
      (snapshot, container) => containerRow(snapshot, container, app.config)),
    host: createView(hostDetailsSchema, hostDetails)
  })
  const freshnessOf = memoize((snapshots: readonly HostSnapshot[]) => new Freshness(snapshots))

  /** Not async, so that memoized bytes are sent in the same turn of the event loop. */
  function sendView (this: FastifyReply, view: View, snapshots: readonly HostSnapshot[]) {
    const { request }: { request: FastifyRequest } = this
    const encoding = encodingFor(request.headers['accept-encoding'])
    const freshness = freshnessOf(snapshots)
    const headers = freshness.headers(`${view.variant}${request.access.id}-${encoding}`)
    this.headers(headers).header('age', freshness.age)
    if (this.hasHeader('vary')) this.vary(view.vary)
    else this.header('vary', view.vary)
    if (isFresh(request, headers)) return this.code(304).send()
    const bytes = view.encode(snapshots)
    const send = (bytes: Buffer) => this.sendBytes(view.type, bytes)
    return bytes instanceof Promise ? bytes.then(send) : send(bytes)
  }

  app.decorateReply('sendBytes', sendBytes)
  app.decorateReply('sendView', sendView)
}, { name: 'views', dependencies: ['auth', 'config'] })
