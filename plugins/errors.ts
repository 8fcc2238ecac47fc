import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { BadRequest, Internal, UnknownParameter } from '../lib/errors.ts'
import { errorBody } from '../lib/http/client-error.ts'
import { corsHeaders } from '../lib/http/cors.ts'
import { nearest } from '../lib/model/nearest.ts'

/** A validation error of a query. Unknown parameters are the only possible violation. */
interface QueryViolation {
  params: { additionalProperty: string }
  parentSchema: { properties: object }
}

/** The error for a query with a parameter that the route does not have. */
export function queryError (violations: unknown[]): Error {
  const [{ params: { additionalProperty: name }, parentSchema }] = violations as [QueryViolation]
  const known = Object.keys(parentSchema.properties)
  const near = nearest(name, known)
  const allowed = `Allowed: ${known.join(', ') || 'none'}`
  return new UnknownParameter(name, near === null ? allowed : `Did you mean ?${near}? ${allowed}`)
}

/** Codes of Fastify; @fastify/static has none, for example for a `Range` beyond the file. */
const OTHERS = /^(FST_|undefined$)/

/** The error that the client sees. Internal details go to the log only; errors of libraries mean a bad request. */
function shown (error: FastifyError, request: FastifyRequest) {
  if ((error.statusCode ?? 500) >= 500) {
    request.log.error({ reqId: request.id, err: error }, 'request failed')
    return new Internal(request.id)
  }
  return OTHERS.test(error.code) ? new BadRequest(error.message) : error
}

function sendError (error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const body = errorBody(shown(error, request))
  return reply.code(body.statusCode).send(body)
}

/** Handles errors before routing. They bypass all hooks, so this adds the CORS headers. */
export function sendFrameworkError (error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const { headers: { origin }, server: { config: { cors } } } = request
  return sendError(error, request, reply.headers(corsHeaders(cors.origin)(origin)))
}

/** Sends every error in the same shape. */
export default fp(async app => {
  app.setErrorHandler(sendError)
  // Ignores expectations, as RFC 9110 allows, because no route needs a body. Node.js would respond with its own 417, or
  // write "100 Continue" into the response to a pipelined request.
  for (const event of ['checkContinue', 'checkExpectation']) {
    app.server.on(event, (request, response) => app.server.emit('request', request, response))
  }
}, { name: 'errors' })
