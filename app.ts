import { join } from 'node:path'
import autoload from '@fastify/autoload'
import sensible from '@fastify/sensible'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Config } from './lib/config/config.ts'
import { answerClientError } from './lib/http/client-error.ts'
import { originOfAll } from './lib/http/cors.ts'
import { secureOptions } from './lib/http/secure.ts'
import { parseQuery } from './lib/http/query.ts'
import { trusts } from './lib/http/trust.ts'
import type { Logging } from './lib/process/log.ts'
import auth from './plugins/auth.ts'
import cluster from './plugins/cluster.ts'
import config, { type ConfigOptions } from './plugins/config.ts'
import cors from './plugins/cors.ts'
import descriptors from './plugins/descriptors.ts'
import docker from './plugins/docker.ts'
import drain from './plugins/drain.ts'
import errors, { queryError, sendFrameworkError } from './plugins/errors.ts'
import history from './plugins/history.ts'
import limits from './plugins/limits.ts'
import log, { RequestLog } from './plugins/log.ts'
import methods from './plugins/methods.ts'
import metrics from './plugins/metrics.ts'
import notify from './plugins/notify.ts'
import openapi from './plugins/openapi.ts'
import stats from './plugins/stats.ts'
import stream from './plugins/stream.ts'
import tls from './plugins/tls.ts'
import views from './plugins/views.ts'
import web, { type WebOptions } from './plugins/web.ts'

export interface AppOptions extends ConfigOptions, WebOptions {
  logging: Logging
}

/** Milliseconds between checks for requests that have timed out. */
const CHECK_INTERVAL = 2000

/** Creates the server. Register this module's default export on it to get the whole service. */
export function createServer ({ logger }: Logging, { server: { tls } }: Config): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger
  const http = { connectionsCheckingInterval: CHECK_INTERVAL, requireHostHeader: false } // plugins/limits.ts checks it
  // Fastify's types tell the servers apart, but both work alike.
  const listener = (tls ? { https: { ...http, ...secureOptions(tls) } } : { http }) as { http: typeof http }
  const app: FastifyInstance = Fastify({
    loggerInstance,
    childLoggerFactory: logger => logger, // a child logger would only add the request ID
    logController: new RequestLog(),
    frameworkErrors: sendFrameworkError,
    clientErrorHandler (error, socket) {
      app.log.trace({ err: error }, 'client error')
      answerClientError(error, socket, originOfAll(app.config.cors.origin))
    },
    ...listener,
    trustProxy: address => trusts(app.config.server.trustProxy)(address),
    routerOptions: {
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: Number.MAX_SAFE_INTEGER, // server.limits.urlLength applies instead
      querystringParser: parseQuery
    },
    schemaErrorFormatter: queryError,
    // Skips validation of the schemas to start faster; tests lint the OpenAPI document, which contains them.
    ajv: { customOptions: { validateSchema: false, removeAdditional: false, verbose: true } }
  })
  return app
}

/** The whole service: configuration and log, request handling, Engines, and routes. */
export default fp<AppOptions>(async (app, { source, config: first, logging, page }) => {
  await app.register(config, { source, config: first })
  await app.register(log, { logging })
  await app.register(drain)

  await app.register(sensible)
  await app.register(errors)
  await app.register(cors)
  await app.register(descriptors)
  await app.register(limits)
  await app.register(tls)
  await app.register(auth)
  await app.register(openapi)
  await app.register(methods)

  await app.register(docker)
  await app.register(stats)
  await app.register(cluster)
  await app.register(history)
  await app.register(notify)
  await app.register(views)
  await app.register(stream)
  await app.register(metrics)
  await app.register(web, { page })

  await app.register(autoload, { dir: join(import.meta.dirname, 'routes') })
  app.refuseOtherMethods()
}, { name: 'app' })
