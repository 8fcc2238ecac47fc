import { join } from 'node:path'
import autoload from '@fastify/autoload'
import sensible from '@fastify/sensible'
import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { ConfigSource } from './lib/config/load.ts'
import type { Logging } from './lib/log.ts'
import auth from './plugins/auth.ts'
import config from './plugins/config.ts'
import cors from './plugins/cors.ts'
import docker from './plugins/docker.ts'
import drain from './plugins/drain.ts'
import errors, { sendError } from './plugins/errors.ts'
import fleet from './plugins/fleet.ts'
import log, { RequestLog } from './plugins/log.ts'
import methods from './plugins/methods.ts'
import metrics from './plugins/metrics.ts'
import openapi from './plugins/openapi.ts'
import stats from './plugins/stats.ts'

export interface AppOptions {
  source: ConfigSource
  logging: Logging
}

/** A server for the whole service, which has to be registered. */
export function createServer ({ logger }: Logging): FastifyInstance {
  const loggerInstance: FastifyBaseLogger = logger
  const ajv = { customOptions: { validateSchema: false } } // the OpenAPI document is linted: enough, and starts sooner
  const childLoggerFactory = (logger: FastifyBaseLogger) => logger // a child would add no more than the request's id
  const logController = new RequestLog()
  return Fastify({ loggerInstance, childLoggerFactory, logController, frameworkErrors: sendError, ajv })
}

/** The whole service: configuration and log, what every request passes, Engines and collectors, routes. */
export default fp<AppOptions>(async (app, { source, logging }) => {
  await app.register(config, source)
  await app.register(log, { logging })
  await app.register(drain)

  await app.register(sensible)
  await app.register(errors)
  await app.register(cors)
  await app.register(auth)
  await app.register(openapi)
  await app.register(methods)

  await app.register(docker)
  await app.register(stats)
  await app.register(fleet)
  await app.register(metrics)

  await app.register(autoload, { dir: join(import.meta.dirname, 'routes') })
  app.refuseOtherMethods()
}, { name: 'app' })
