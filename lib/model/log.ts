/** Where lines of a log go; pino's loggers fit. */
export interface Log {
  info (fields: object, message: string): void
  warn (fields: object, message: string): void
}
