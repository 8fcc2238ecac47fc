import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import type { Config } from '../lib/config/load.ts'
import { allowedOrigins, corsHeaders } from '../lib/http/cors.ts'
import { memoize } from '../lib/memoize.ts'

const PREFLIGHT_SECONDS = 7200

/**
 * Lets pages of other origins call the API, with any request headers that they ask for, because clients add their own.
 * A preflight is answered in a scope that knows nothing of what is registered later, such as the token.
 */
export default fp(async app => {
  await app.register(async preflights => {
    await preflights.register(cors, {
      delegator: (_request, done) => done(null, {
        origin: allowedOrigins(app.config.cors.origin),
        methods: ['GET', 'HEAD'],
        maxAge: PREFLIGHT_SECONDS,
        strictPreflight: false
      })
    })
  })
  const headersOf = memoize((config: Config) => corsHeaders(config.cors.origin))
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersOf(app.config)(request.headers.origin))
    done()
  })
}, { name: 'cors', dependencies: ['config'] })
