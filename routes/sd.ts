import type { FastifyInstance } from 'fastify'
import { publicAddressOf } from '../lib/http/public-address.ts'
import { targetsExample } from '../lib/schemas/examples.ts'
import { noQuery } from '../lib/schemas/host-query.ts'

const labels = {
  type: 'object',
  additionalProperties: false,
  required: ['__metrics_path__', '__param_host', 'instance'],
  properties: {
    __scheme__: { enum: ['https'], description: 'Present only if the service is reached over HTTPS' },
    __metrics_path__: { type: 'string' },
    __param_host: { type: 'string', description: 'Host whose metrics the target returns' },
    instance: {
      type: 'string',
      description: 'Also the host; not docker_host, because Prometheus would rename that label in the metrics'
    }
  }
} as const

const schema = {
  summary: 'All hosts as targets, for HTTP service discovery in Prometheus',
  tags: ['Prometheus'],
  operationId: 'getTargets',
  querystring: noQuery,
  response: {
    200: {
      type: 'array',
      examples: [targetsExample],
      description: 'One target per host, in the format of Prometheus HTTP service discovery',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['targets', 'labels'],
        properties: {
          targets: { type: 'array', items: { type: 'string' }, description: 'Address of this service' },
          labels
        }
      }
    }
  }
} as const

export default async function sd (app: FastifyInstance) {
  app.get('/sd', { schema, config: { scope: 'metrics' } }, async (request, reply) => {
    reply.cacheControl('no-cache')
    const { scheme, host, path } = publicAddressOf(request, app.config.server)
    const where = { ...scheme === 'https' && { __scheme__: scheme }, __metrics_path__: `${path}metrics` }
    const visible = app.config.hosts.filter(({ name }) => request.access.sees(name))
    return visible.map(({ name }) => ({
      targets: [host],
      labels: { ...where, __param_host: name, instance: name }
    }))
  })
}
