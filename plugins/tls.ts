import { Server } from 'node:https'
import fp from 'fastify-plugin'
import { secureOptions } from '../lib/http/secure.ts'

/** Gives new connections the current certificates, so that renewed ones need no restart. */
export default fp(async app => {
  app.onConfig(({ server: { tls } }, previous) => {
    if (tls === null || tls === previous.server.tls || !(app.server instanceof Server)) return
    app.server.setSecureContext(secureOptions(tls))
  })
}, { name: 'tls', dependencies: ['config'] })
