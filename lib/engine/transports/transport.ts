import type { buildConnector } from 'undici'
import type { TlsSettings } from './certificates.ts'

/** Where an Engine listens, and what it takes to get there. */
export interface EngineEndpoint {
  /** `unix:///path`, `tcp://host:port`, `http://host:port`, `https://host:port` or `ssh://user@host:port/path`. */
  address: string
  /** For `https://`. */
  tls?: TlsSettings
}

/** How to reach an Engine: the origin that requests name, and what connections are made of. */
export interface Transport {
  origin: string
  connect: buildConnector.BuildOptions | buildConnector.connector
  /** The most connections for polls, where they are dear. */
  connections?: number
  /** File descriptors that each takes; 1 where it does not say. */
  descriptors?: number
  /** Ends what connections leave behind. */
  close?: () => Promise<void>
  /** When the first of the certificates ends that connections are made with; null while that is not known. */
  expires?: () => Date | null
  /** The reason behind an error of a connection, where the transport knows it better. */
  explain?: (cause: unknown) => unknown
}
