import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import { allowedOrigins, corsHeaders } from '../lib/http/cors.ts'

const PREFLIGHT_SECONDS = 7200

/**
 * Lets pages of other origins call the API, with any request headers that they ask for, because clients add their own.
 * A preflight is answered in a scope that knows nothing of what is registered later, such as the token.
 */
export default fp(async app => {
  const { origin } = app.config.cors
  await app.register(async preflights => {
    await preflights.register(cors, {
      origin: allowedOrigins(origin),
      methods: ['GET', 'HEAD'],
      maxAge: PREFLIGHT_SECONDS,
      strictPreflight: false
    })
  })
  const headersFor = corsHeaders(origin)
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersFor(request.headers.origin))
    done()
  })
}, { name: 'cors', dependencies: ['config'] })
