import type { FastifyInstance } from 'fastify'
import { publicAddressOf } from '../lib/http/public-address.ts'
import { targetsExample } from '../lib/schemas/examples.ts'
import { noQuery } from '../lib/schemas/host-query.ts'

const labels = {
  type: 'object',
  additionalProperties: false,
  required: ['__metrics_path__', '__param_host', 'instance'],
  properties: {
    __scheme__: { enum: ['https'], description: 'Only where the service is reached so' },
    __metrics_path__: { type: 'string' },
    __param_host: { type: 'string', description: 'The host whose metrics the target has' },
    instance: {
      type: 'string',
      description: 'The same name; not docker_host, which its metrics have and Prometheus would rename in them'
    }
  }
} as const

const schema = {
  summary: 'The hosts as targets, for Prometheus to discover over HTTP',
  operationId: 'getTargets',
  querystring: noQuery,
  response: {
    200: {
      type: 'array',
      examples: [targetsExample],
      description: 'A target for every host, as Prometheus discovers them over HTTP',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['targets', 'labels'],
        properties: {
          targets: { type: 'array', items: { type: 'string' }, description: 'Where this service was asked' },
          labels
        }
      }
    }
  }
} as const

export default async function sd (app: FastifyInstance) {
  app.get('/sd', { schema }, async (request, reply) => {
    reply.cacheControl('no-cache')
    const { scheme, host, path } = publicAddressOf(request, app.config.server)
    const where = { ...scheme === 'https' && { __scheme__: scheme }, __metrics_path__: `${path}metrics` }
    return app.config.hosts.map(({ name }) => ({
      targets: [host],
      labels: { ...where, __param_host: name, instance: name }
    }))
  })
}
