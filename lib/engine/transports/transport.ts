import type { buildConnector } from 'undici'
import type { TlsSettings } from './certificates.ts'

export interface EngineEndpoint {
  /** `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or `ssh://user@host:port/path`. */
  address: string
  tls?: TlsSettings
}

export interface Transport {
  origin: string
  connect: buildConnector.BuildOptions | buildConnector.connector
  /** Maximum number of connections for polls, if they are expensive. */
  connections?: number
  /** File descriptors per connection, 1 by default. */
  descriptors?: number
  /** Cleans up what closed connections leave behind, such as processes. */
  close?: () => Promise<void>
  expires?: () => Date | null
  /** Replaces the error of a connection with a more specific one, if the transport has one. */
  explain?: (cause: unknown) => unknown
}
