/** Media type and last line of each exposition format. */
export const expositions = {
  text: { type: 'text/plain; version=0.0.4; charset=utf-8', end: '' },
  openmetrics: { type: 'application/openmetrics-text; version=1.0.0; charset=utf-8', end: '# EOF\n' }
} as const

export type Exposition = keyof typeof expositions
