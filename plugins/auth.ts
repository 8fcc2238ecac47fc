import { randomBytes } from 'node:crypto'
import fp from 'fastify-plugin'
import { createTokenCheck } from '../lib/access/token.ts'
import type { Config } from '../lib/config/load.ts'
import { Unauthorized } from '../lib/errors.ts'
import { plainAddress } from '../lib/http/address.ts'
import { Repeated } from '../lib/http/repeated.ts'
import { memoize } from '../lib/memoize.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The token generated for this run; null if one is configured or authentication is off. */
    readonly generatedToken: string | null
    /** Whether requests to the route with this path need a token. */
    needsToken (url: string | undefined): boolean
  }
}

/** Routes that need no token. A CORS preflight needs none either: the cors plugin answers it before this hook. */
const isOpen = (url: string) => url === '/status'
const isDocs = (url: string) => url === '/openapi.json' || url === '/docs' || url.startsWith('/docs/')

const CHALLENGE = ['Bearer realm="DockStatAPI"', 'Basic realm="DockStatAPI", charset="UTF-8"']

/** Requires a valid token for every route except `/status`. */
export default fp(async app => {
  const generated = randomBytes(24).toString('base64url')
  const isGenerated = ({ auth: { token, isSkipped } }: Config) => token === null && !isSkipped
  const checkOf = memoize(({ auth: { token } }: Config) => createTokenCheck(token ?? generated))
  app.decorate('generatedToken', { getter: () => isGenerated(app.config) ? generated : null })
  app.decorate('needsToken', (url = '') =>
    !app.config.auth.isSkipped && !isOpen(url) && !(app.config.docs.public && isDocs(url)))
  if (app.config.auth.isSkipped) app.log.warn('SKIP_AUTH is set: requests need no token')
  const refusals = new Repeated((address, requests) =>
    app.log.info({ address, requests }, 'Rejected requests without a valid token'))
  app.addHook('onClose', async () => refusals.close())
  app.addHook('onRequest', (request, reply, done) => {
    const isValid = checkOf(app.config)
    if (isValid(request.headers.authorization) || !app.needsToken(request.routeOptions.url)) return done()
    reply.header('www-authenticate', CHALLENGE)
    refusals.note(plainAddress(request.ip))
    done(new Unauthorized())
  })
}, { name: 'auth', dependencies: ['config', 'cors', 'errors'] })
