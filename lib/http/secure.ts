import type { ServerOptions } from 'node:https'
import type { ListenerTls } from '../config/tls-files.ts'

/** Options of a server with TLS. With a `ca`, it accepts only clients that have a certificate signed by it. */
export const secureOptions = ({ cert, key, ca }: ListenerTls): ServerOptions =>
  ({ cert, key, ...ca !== undefined && { ca, requestCert: true, rejectUnauthorized: true } })
