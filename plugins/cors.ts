import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import type { Config } from '../lib/config/config.ts'
import { allowedOrigins, corsHeaders } from '../lib/http/cors.ts'
import { memoize } from '../lib/memoize.ts'

const PREFLIGHT_SECONDS = 7200

/**
 * Lets pages on other origins call the API, with any request header, because clients add their own. Preflights have a
 * scope of their own, so that hooks registered later, such as the token check, do not apply to them.
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
