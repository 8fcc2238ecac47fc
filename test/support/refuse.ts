import type { Service } from './start.ts'
import { until } from './until.ts'

/** Sends requests that are rejected, because each one writes a line to the log. */
export async function refuse (url: string, many: number, path = '/status') {
  for (let count = 0; count < many; count++) {
    const response = await fetch(url + path, { method: 'POST' })
    await response.text()
    if (response.status < 400 || response.status >= 500) throw new Error(`${response.status}`)
  }
}

/** The number of rejected requests in a log. */
export const refusals = (text: string) => text.split('\n').filter(line => line.includes('"statusCode":4')).length

/** Resolves once the log file has this number of rejected requests. */
export const refusalsLogged = (service: Service, many: number) => until(() => refusals(service.logged()) === many)

/** Reads the address of the service from its log file, because the banner may be redirected. */
export const urlOf = (service: Service) => until(() => /listening at (http:\/\/[\d.:]+)/.exec(service.logged())?.[1])
