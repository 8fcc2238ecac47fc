import { randomBytes } from 'node:crypto'
import fp from 'fastify-plugin'
import { Unauthorized } from '../lib/errors.ts'
import { plainAddress } from '../lib/http/address.ts'
import { Repeated } from '../lib/http/repeated.ts'
import { createTokenCheck } from '../lib/access/token.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The token made for this run; null when one is configured or none is needed. */
    generatedToken: string | null
    /** Whether requests of the route with this path must bring the token. */
    needsToken (url: string | undefined): boolean
  }
}

/** Routes that need no token. A CORS preflight needs none either: the cors plugin answers it before this hook. */
const isOpen = (url: string) => url === '/status'
const isDocs = (url: string) => url === '/openapi.json' || url === '/docs' || url.startsWith('/docs/')

const CHALLENGE = ['Bearer realm="DockStatAPI"', 'Basic realm="DockStatAPI", charset="UTF-8"']

/** The hook that asks every request for the token. */
export default fp(async app => {
  const { token, isSkipped } = app.config.auth
  const secret = token ?? randomBytes(24).toString('base64url')
  app.decorate('generatedToken', token === null && !isSkipped ? secret : null)
  app.decorate('needsToken', (url = '') => !isSkipped && !isOpen(url) && !(app.config.docs.public && isDocs(url)))
  if (isSkipped) {
    app.log.warn('SKIP_AUTH is set: every request is let in without a token')
    return
  }
  const isValid = createTokenCheck(secret)
  const refusals = new Repeated((address, requests) =>
    app.log.info({ address, requests }, 'requests without a valid token are refused'))
  app.addHook('onClose', async () => refusals.close())
  app.addHook('onRequest', (request, reply, done) => {
    if (isValid(request.headers.authorization) || !app.needsToken(request.routeOptions.url)) return done()
    reply.header('www-authenticate', CHALLENGE)
    refusals.note(plainAddress(request.ip))
    done(new Unauthorized())
  })
}, { name: 'auth', dependencies: ['config', 'cors', 'errors'] })
