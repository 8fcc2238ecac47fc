import fp from 'fastify-plugin'
import type { Host } from '../lib/config/hosts.ts'
import { EngineClient } from '../lib/engine/client.ts'

declare module 'fastify' {
  interface FastifyInstance {
    docker: {
      /**
       * Creates the client for a host; the caller must close it.
       * @param index position of the host in the configuration
       */
      connect (host: Host, index: number): EngineClient
    }
  }
}

/** Creates clients for Docker Engines → `app.docker`. */
export default fp(async app => {
  app.decorate('docker', {
    connect: ({ name, filter, ...endpoint }, index) =>
      new EngineClient(endpoint, { descriptors: Number(app.descriptors.hosts[index]) })
  })
}, { name: 'docker', dependencies: ['descriptors'] })
