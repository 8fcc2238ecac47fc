const text = { schema: { type: 'string' } } as const

/** The expositions of metrics by their media types. */
export const expositionContent = {
  'text/plain; version=0.0.4': text,
  'application/openmetrics-text; version=1.0.0': text
} as const
