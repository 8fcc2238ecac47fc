import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { readRange } from '../lib/history/query.ts'
import { prefersCsv } from '../lib/http/accept.ts'
import { wallClock } from '../lib/model/time.ts'
import { csvExample, historyExample, historyQuery, historySchema } from '../lib/schemas/history.ts'
import { historyCsv, historyJson } from '../lib/views/history.ts'
import { selectContainer, selectHost } from '../lib/views/select.ts'

const host = { type: 'string' } as const

const containerParams = {
  type: 'object',
  required: ['host', 'container'],
  properties: { host, container: { type: 'string', description: 'Name, even if it is gone; or ID prefix' } }
} as const

const hostParams = { type: 'object', required: ['host'], properties: { host } } as const

const response = {
  200: {
    description: 'Columns as JSON, or rows as CSV if Accept prefers that',
    content: {
      'application/json': { schema: { ...historySchema, examples: [historyExample] } },
      'text/csv': { schema: { type: 'string', examples: [csvExample] } }
    }
  }
} as const

const containerSchema = {
  summary: 'The past of a container, by name: averages and maxima of CPU, memory, network and block I/O',
  tags: ['Containers'],
  operationId: 'getContainerHistory',
  params: containerParams,
  querystring: historyQuery,
  response
} as const

const hostSchema = {
  summary: 'The past of a host: the sums of its containers',
  tags: ['Hosts'],
  operationId: 'getHostHistory',
  params: hostParams,
  querystring: historyQuery,
  response
} as const

interface OfContainer {
  Params: FromSchema<typeof containerParams>
  Querystring: FromSchema<typeof historyQuery>
}

interface OfHost {
  Params: FromSchema<typeof hostParams>
  Querystring: FromSchema<typeof historyQuery>
}

export default async function history (app: FastifyInstance) {
  const config = { scope: 'stats', awaitsFirstPolls: true } as const

  async function send (request: FastifyRequest<OfHost>, reply: FastifyReply, name: string | null) {
    const { params, query, headers } = request
    const answer = await app.history.read(params.host, name, readRange(query, wallClock()))
    const isCsv = prefersCsv(headers.accept)
    const bytes = Buffer.from(isCsv ? historyCsv(answer) : historyJson(answer))
    reply.cacheControl('no-cache').vary('Accept-Encoding, Accept')
    return await reply.sendBytes(`${isCsv ? 'text/csv' : 'application/json'}; charset=utf-8`, bytes)
  }

  app.get<OfContainer>('/containers/:host/:container/history', { schema: containerSchema, config },
    async (request, reply) => {
      const { params } = request
      const snapshot = selectHost(request.snapshots(), params.host)
      const isRunning = snapshot.containers.some(({ name }) => name === params.container)
      const isKnown = isRunning || await app.history.knows(params.host, params.container)
      return await send(request, reply, isKnown ? params.container : selectContainer(snapshot, params.container).name)
    })

  app.get<OfHost>('/hosts/:host/history', { schema: hostSchema, config }, async (request, reply) => {
    selectHost(request.snapshots(), request.params.host)
    return await send(request, reply, null)
  })
}
