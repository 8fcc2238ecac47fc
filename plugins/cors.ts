import cors from '@fastify/cors'
import fp from 'fastify-plugin'

const PREFLIGHT_SECONDS = 7200

/** Lets web pages of other origins ask; answers their preflight before the token is looked at. */
export default fp(async app => {
  await app.register(cors, {
    origin: app.config.cors.origin,
    methods: ['GET', 'HEAD'],
    allowedHeaders: ['Authorization', 'Content-Type', 'If-None-Match', 'If-Modified-Since'],
    exposedHeaders: 'ETag, Age', // a list would be joined for every answer
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false
  })
}, { name: 'cors', dependencies: ['config'] })
