/** The subset of a pino logger that we use. */
export interface Log {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
}

export interface ErrorLog extends Log {
  error (fields: object, message: string): void
}
