import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import swagger, { type FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import fp from 'fastify-plugin'
import { ICON } from '../lib/icon.ts'
import { errorAnswer } from '../lib/schemas/error.ts'
import { version } from '../lib/version.ts'

const DESCRIPTION = 'Stats of the containers on all your Docker hosts. ' +
  'All responses come from a cache that is updated by polling, so a request never causes a call to a Docker Engine.'

const DOCUMENT: FastifyDynamicSwaggerOptions['openapi'] = {
  openapi: '3.1.0',
  info: {
    title: 'DockStatAPI',
    version,
    description: DESCRIPTION,
    license: { name: 'MIT', identifier: 'MIT' }
  },
  servers: [{ url: '/' }],
  tags: [
    { name: 'Stats', description: 'CPU, memory and network of every container' },
    { name: 'Hosts', description: 'Each host, with the sums of its containers' },
    { name: 'Containers', description: 'Each container, with every known value' },
    { name: 'Events', description: 'What happened, and what changes now' },
    { name: 'Prometheus', description: 'Metrics, and the hosts as targets' },
    { name: 'Cluster', description: 'The replicas that share the hosts' },
    { name: 'Service', description: 'The service itself' }
  ],
  security: [{ token: [] }, { bearer: [] }, { basic: [] }],
  components: {
    securitySchemes: {
      token: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'The token without a scheme' },
      bearer: { type: 'http', scheme: 'bearer', description: 'The token, as Prometheus and most clients send it' },
      basic: { type: 'http', scheme: 'basic', description: 'Any user, with the token as password, for browsers' }
    }
  }
}

const image = { type: 'image/svg+xml', content: ICON }

/** For the page at `/docs`, which has inline styles. No HSTS, because that would apply to all ports of the machine. */
const SECURITY_HEADERS: FastifyHelmetOptions = {
  hsts: false,
  contentSecurityPolicy: {
    directives: { imgSrc: ["'self'", 'data:'], styleSrc: ["'self'", "'unsafe-inline'"], upgradeInsecureRequests: null }
  }
}

/** Describes the routes registered after it as OpenAPI 3.1 → `app.swagger()`, and serves the page at `/docs`. */
export default fp(async app => {
  await app.register(swagger, {
    openapi: DOCUMENT,
    transform ({ schema, url }) {
      const response = { ...schema?.response as object | undefined, '4XX': errorAnswer, '5XX': errorAnswer }
      const security = app.needsToken(url) ? undefined : []
      // The schemas require query parameters for their types; all have defaults.
      const query = schema?.querystring as object | undefined
      const querystring = query && { ...query, required: [] }
      return { url, schema: { ...schema, response, ...query && { querystring }, ...security && { security } } }
    }
  })
  await app.register(async page => {
    await page.register(helmet, SECURITY_HEADERS)
    await page.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: false,
      indexPrefix: '.', // relative links, for services under a path
      logo: image,
      theme: { title: 'DockStatAPI: API', favicon: [{ ...image, filename: 'icon.svg', rel: 'icon', sizes: 'any' }] },
      uiConfig: { validatorUrl: null },
      // Not the public URL: the page may be open at another address, and may send requests only there.
      transformSpecification: spec => ({ ...spec, servers: [{ url: '..' }] })
    })
  })
}, { name: 'openapi', dependencies: ['auth'] })
