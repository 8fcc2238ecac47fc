import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { BadRequest, Internal, UnknownParameter } from '../lib/errors.ts'
import { errorBody } from '../lib/http/client-error.ts'
import { corsHeaders } from '../lib/http/cors.ts'
import { nearest } from '../lib/model/nearest.ts'

/** What a schema says of a query that does not fit: of what a client can send it only refuses unknown parameters. */
interface QueryViolation {
  params: { additionalProperty: string }
  parentSchema: { properties: object }
}

/** What a client is told whose query has a parameter that the route does not know. */
export function queryError (violations: unknown[]): Error {
  const [{ params: { additionalProperty: name }, parentSchema }] = violations as [QueryViolation]
  const known = Object.keys(parentSchema.properties)
  const near = nearest(name, known)
  const allowed = `Allowed: ${known.join(', ') || 'none'}`
  return new UnknownParameter(name, near === null ? allowed : `Did you mean ?${near}? ${allowed}`)
}

/** An error as clients see it: what went wrong inside stays inside; those of the framework are of bad requests. */
function shown (error: FastifyError, request: FastifyRequest) {
  if ((error.statusCode ?? 500) >= 500) {
    request.log.error({ reqId: request.id, err: error }, 'request failed')
    return new Internal(request.id)
  }
  return error.code.startsWith('FST_') ? new BadRequest(error.message) : error
}

/** Every error has one shape. */
function sendError (error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const body = errorBody(shown(error, request))
  return reply.code(body.statusCode).send(body)
}

/** Fastify's own errors before routing take that shape too, and the CORS headers, whose plugin they never pass. */
export function sendFrameworkError (error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const { headers: { origin }, server: { config: { cors } } } = request
  return sendError(error, request, reply.headers(corsHeaders(cors.origin)(origin)))
}

/** The error handler. */
export default fp(async app => {
  app.setErrorHandler(sendError)
}, { name: 'errors' })
