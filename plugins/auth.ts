import { randomBytes } from 'node:crypto'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { FULL, type Access, type Scope } from '../lib/access/access.ts'
import { createTokenCheck } from '../lib/access/token.ts'
import type { Config } from '../lib/config/config.ts'
import { MissingScope, TooManyAttempts, Unauthorized } from '../lib/errors.ts'
import { plainAddress } from '../lib/http/address.ts'
import { Repeated } from '../lib/http/repeated.ts'
import { memoize } from '../lib/memoize.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** The token generated for this run; null if one is configured or authentication is off. */
    readonly generatedToken: string | null
    /** Whether requests to the route with this path need a token. */
    needsToken (url: string | undefined): boolean
    /** What an `Authorization` header gives access to under the current configuration; null if nothing. */
    accessOf (authorization: string | undefined): Access | null
  }
  interface FastifyRequest {
    /** What the request may see. */
    access: Access
  }
  interface FastifyContextConfig {
    /** What a token must allow to use the route; any valid token if missing. */
    scope?: Scope
  }
}

/** Routes that need no token. A CORS preflight needs none either: the cors plugin answers it before this hook. */
const isOpen = (url: string) => url === '/status' || url === '/' || url.startsWith('/assets/')
const isDocs = (url: string) => url === '/openapi.json' || url === '/docs' || url.startsWith('/docs/')

const CHALLENGE = ['Bearer realm="DockStatAPI"', 'Basic realm="DockStatAPI", charset="UTF-8"']

/** Wrong tokens per minute and address, or network of 64 bits in IPv6. */
const MAX_ATTEMPTS = 10

/** Responds to requests without a valid token: 401, or 429 after too many wrong ones. */
async function createRefusal (app: FastifyInstance) {
  const keyGenerator = ({ ip }: FastifyRequest) => normalizeIP(plainAddress(ip)) // there is none on a Unix socket
  await app.register(rateLimit, { global: false, max: MAX_ATTEMPTS, keyGenerator })
  const count = app.createRateLimit()
  const refusals = new Repeated((address, requests) =>
    app.log.info({ address, requests }, 'Rejected requests without a valid token'))
  app.addHook('onClose', async () => refusals.close())

  /** Counts only requests with a token: a browser asks without one first. */
  return async (request: FastifyRequest, reply: FastifyReply): Promise<never> => {
    refusals.note(plainAddress(request.ip))
    const attempt = request.headers.authorization ? await count(request) : null
    if (attempt?.isAllowed === false && attempt.isExceeded) {
      reply.header('retry-after', attempt.ttlInSeconds)
      throw new TooManyAttempts(attempt.ttlInSeconds)
    }
    reply.header('www-authenticate', CHALLENGE)
    throw new Unauthorized()
  }
}

/** Requires a valid token for every route except `/status` and the page, which holds no data → `request.access`. */
export default fp(async app => {
  const generated = randomBytes(24).toString('base64url')
  const isGenerated = ({ auth: { token, tokens, isSkipped } }: Config) =>
    token === null && tokens.length === 0 && !isSkipped
  const checkOf = memoize((config: Config) =>
    createTokenCheck(isGenerated(config) ? generated : config.auth.token, config.auth.tokens))
  app.decorate('generatedToken', { getter: () => isGenerated(app.config) ? generated : null })
  app.decorate('needsToken', (url = '') =>
    !app.config.auth.isSkipped && !isOpen(url) && !(app.config.docs.public && isDocs(url)))
  app.decorate('accessOf', authorization => app.config.auth.isSkipped ? FULL : checkOf(app.config)(authorization))
  app.decorateRequest('access')
  if (app.config.auth.isSkipped) app.log.warn('SKIP_AUTH is set: requests need no token')

  const refuse = await createRefusal(app)
  app.addHook('onRequest', (request, reply, done) => {
    const { url = '', config } = request.routeOptions
    if (!app.needsToken(url)) {
      request.access = FULL
      return done()
    }
    const access = app.accessOf(request.headers.authorization)
    if (access === null) {
      refuse(request, reply).catch(done)
      return
    }
    const scope = isDocs(url) ? 'docs' : config.scope
    if (scope !== undefined && !access.scopes.has(scope)) return done(new MissingScope(scope))
    request.access = access
    done()
  })
}, { name: 'auth', dependencies: ['config', 'cors', 'errors'] })
