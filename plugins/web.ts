import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyReply } from 'fastify'
import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    readonly hasPage: boolean
  }
  interface FastifyReply {
    sendPage (): FastifyReply
  }
}

export interface WebOptions {
  /** Folder of the page as `npm run build` makes it; default: the one beside the built service. */
  page?: string | undefined
}

const BUILT = join(import.meta.dirname, '../web')

/** The page asks only this service. Dashboards may embed it. */
const HEADERS = {
  'content-security-policy': [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob: data:", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'"
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  vary: 'Accept'
}

/** Serves the page and what it consists of → `app.hasPage`, `reply.sendPage`. */
export default fp<WebOptions>(async (app, { page = BUILT }) => {
  const assets = join(page, 'assets')
  const hasPage = existsSync(assets)
  app.decorate('hasPage', hasPage)
  await app.register(fastifyStatic, {
    root: hasPage ? assets : import.meta.dirname, // must exist
    prefix: '/assets/',
    serve: hasPage,
    wildcard: false,
    index: false,
    preCompressed: true,
    schemaHide: true
  })
  app.decorateReply('sendPage', function (this: FastifyReply) {
    return this.headers(HEADERS).sendFile('index.html', page)
  })
}, { name: 'web', dependencies: ['auth'] })
