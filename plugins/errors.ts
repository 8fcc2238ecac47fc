import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { Internal, NotFound } from '../lib/errors.ts'

/** Every error has one shape; what went wrong inside stays inside. Fastify's own errors before routing take it too. */
export function sendError (error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const isOurs = (error.statusCode ?? 500) >= 500
  if (isOurs) request.log.error({ reqId: request.id, err: error }, 'request failed')
  const { statusCode = 500, code, message } = isOurs ? new Internal(request.id) : error
  return reply.code(statusCode).send({ statusCode, code, error: STATUS_CODES[statusCode], message })
}

/** The error handler, for errors and unknown paths. */
export default fp(async app => {
  app.setErrorHandler(sendError)
  app.setNotFoundHandler(request => { throw new NotFound(request.url.split('?', 1)[0]) })
}, { name: 'errors' })
