import cors from '@fastify/cors'
import fp from 'fastify-plugin'

const PREFLIGHT_SECONDS = 7200

/** `https://*.example.com` as what matches every origin that it means, with any number of names in the place of `*`. */
const matcherOf = (origin: string): string | RegExp => origin.includes('*.')
  ? new RegExp(`^${origin.replace(/[.*]/g, '\\$&').replace('\\*', '[a-z0-9.-]+')}$`)
  : origin

/**
 * Lets pages of other origins call the API, with any request headers that they ask for, because clients add their own.
 * Answers their preflight before the token is looked at.
 */
export default fp(async app => {
  const origins = [app.config.cors.origin].flat()
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : origins.map(matcherOf),
    methods: ['GET', 'HEAD'],
    exposedHeaders: 'ETag, Age', // a list would be joined for every answer
    maxAge: PREFLIGHT_SECONDS,
    strictPreflight: false
  })
}, { name: 'cors', dependencies: ['config'] })
