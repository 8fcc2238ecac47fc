import type { FastifyInstance } from 'fastify'
import type { FromSchema } from 'json-schema-to-ts'
import { containerSchema } from '../lib/schemas/container.ts'
import { containerExample } from '../lib/schemas/examples.ts'
import { hostQuery, texts } from '../lib/schemas/host-query.ts'
import { readContainerQuery, readFields } from '../lib/views/container-query.ts'
import { joinRows } from '../lib/views/encode.ts'
import { selectContainer, selectHost, selectHosts } from '../lib/views/select.ts'
import { jsonView } from '../lib/views/view.ts'

const fieldsQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['fields'],
  properties: { fields: texts('Return only these fields, separated by commas; repeatable') }
} as const

const containersQuery = {
  type: 'object',
  additionalProperties: false,
  required: ['host', 'state', 'name', 'label', 'fields'],
  properties: {
    ...hostQuery.properties,
    state: texts('Return only containers in this state; repeatable'),
    name: texts('Return only containers with this name; * matches any text; repeatable'),
    label: texts('Return only containers with this label, as key=value; repeatable'),
    ...fieldsQuery.properties
  }
} as const

const params = {
  type: 'object',
  required: ['host', 'container'],
  properties: {
    host: { type: 'string' },
    container: { type: 'string', description: 'Name, ID or ID prefix' }
  }
} as const

const listSchema = {
  summary: 'All containers of all hosts, with every known value',
  tags: ['Containers'],
  operationId: 'getContainers',
  querystring: containersQuery,
  response: { 200: { type: 'array', items: containerSchema, examples: [[containerExample]] } }
} as const

const oneSchema = {
  summary: 'One container, by name, ID or ID prefix',
  tags: ['Containers'],
  operationId: 'getContainer',
  params,
  querystring: fieldsQuery,
  response: { 200: { ...containerSchema, examples: [containerExample] } }
} as const

interface List {
  Querystring: FromSchema<typeof containersQuery>
}

interface One {
  Params: FromSchema<typeof params>
  Querystring: FromSchema<typeof fieldsQuery>
}

const FIELDS = Object.keys(containerSchema.properties)

export default async function containers (app: FastifyInstance) {
  const config = { scope: 'stats', awaitsFirstPolls: true } as const

  app.get<List>('/containers', { schema: listSchema, config }, (request, reply) => {
    const { query } = request
    const snapshots = selectHosts(request.snapshots(), query.host)
    const isSelected = readContainerQuery(query, app.config.labels)
    const encode = app.views.container(readFields(query.fields, FIELDS))
    const rows = snapshots.flatMap(snapshot =>
      snapshot.containers.filter(isSelected).map(container => [snapshot, container] as const))
    return reply.sendView(jsonView(() => joinRows(rows, encode)), snapshots)
  })

  app.get<One>('/containers/:host/:container', { schema: oneSchema, config }, (request, reply) => {
    const { params, query } = request
    const snapshot = selectHost(request.snapshots(), params.host)
    const container = selectContainer(snapshot, params.container)
    const encode = app.views.container(readFields(query.fields, FIELDS))
    return reply.sendView(jsonView(() => encode(snapshot, container)), [snapshot])
  })
}
