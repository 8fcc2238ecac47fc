import cors from '@fastify/cors'
import fp from 'fastify-plugin'
import { allowedOrigins } from '../lib/http/cors.ts'

const PREFLIGHT_SECONDS = 7200

/**
 * Lets pages of other origins call the API, with any request headers that they ask for, because clients add their own.
 * Answers their preflight before the token is looked at.
 */
export default fp(async app => {
  await app.register(cors, {
    origin: allowedOrigins(app.config.cors.origin),
    methods: ['GET', 'HEAD'],
    exposedHeaders: 'ETag, Age', // a list would be joined for every answer
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false
  })
}, { name: 'cors', dependencies: ['config'] })
