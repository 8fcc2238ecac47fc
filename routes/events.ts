import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { wallClock } from '../lib/model/time.ts'
import { eventsExample } from '../lib/schemas/examples.ts'
import { hostQuery, texts } from '../lib/schemas/host-query.ts'
import { transitionSchema } from '../lib/schemas/transition.ts'
import { serializerOf } from '../lib/views/encode.ts'
import { readEventQuery } from '../lib/views/event-query.ts'
import { selectHosts } from '../lib/views/select.ts'
import { transitionRow } from '../lib/views/transition.ts'
import { jsonView } from '../lib/views/view.ts'

const eventsQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'name', 'action', 'since', 'limit'],
  properties: {
    ...hostQuery.properties,
    name: texts('Return only events of containers with this name; * matches any text; repeatable'),
    action: texts('Return only events with this action; repeatable'),
    since: texts('Return only events from this time on: RFC 3339, Unix seconds, or 15m (minutes ago; also s, h, d)'),
    limit: texts('Return at most this many events, 1 to 1000; default 100')
  }
} as const

const listSchema = { type: 'array', items: transitionSchema } as const

const schema = {
  summary: 'What happened to containers and hosts, newest first',
  tags: ['Events'],
  operationId: 'getEvents',
  querystring: eventsQuery,
  response: { 200: { ...listSchema, examples: [eventsExample] } }
} as const

interface Events {
  Querystring: FromSchema<typeof eventsQuery>
}

export default async function events (app: FastifyInstance) {
  const encode = serializerOf(listSchema)
  const config = { scope: 'stats', awaitsFirstPolls: true } as const

  app.get<Events>('/events', { schema, config }, (request, reply) => {
    const { query } = request
    const snapshots = selectHosts(request.snapshots(), query.host)
    const { isSelected, limit } = readEventQuery(query, wallClock())
    return reply.sendView(jsonView(() => {
      const latest = snapshots.flatMap(({ host }) =>
        app.stats.transitions(host).filter(isSelected).slice(-limit))
      const newest = latest.sort((a, b) => b.id - a.id).slice(0, limit)
      return Buffer.from(encode(newest.map(transitionRow)))
    }), snapshots)
  })
}
