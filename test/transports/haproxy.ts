import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { folder } from '../support/folder.ts'
import { until } from '../support/until.ts'
import { address, skip as skipEngine } from '../real-engine/docker.ts'

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

function isInstalled (): boolean {
  try {
    return execFileSync('haproxy', ['-v'], { env }).length > 0
  } catch {
    return false
  }
}

/** The reason to skip tests with a real HAProxy; with REQUIRE_ENGINE they fail instead. */
export const skip = skipEngine || (isInstalled() ? false : 'haproxy is not installed')
if (skip && process.env.REQUIRE_ENGINE) throw new Error(`${skip}, and REQUIRE_ENGINE is set`)

export const RIGHTS = ['PING', 'VERSION', 'EVENTS', 'INFO', 'CONTAINERS']

const allow = (right: string, path: string) =>
  `  http-request allow if { path,url_dec -m reg ^(/v[0-9.]+)?/${path} } { env(${right}) -m bool }`

interface Places {
  /** Where HAProxy listens. */
  bind: string
  engine: string
  eventsTimeout: string
}

/** The configuration of a proxy that allows what its environment names, as tecnativa/docker-socket-proxy does. */
export const rules = ({ bind, engine, eventsTimeout }: Places) => `
defaults
  mode http
  timeout connect 10s
  timeout client 10m
  timeout server 10m
  timeout http-request 10s
  timeout http-keep-alive 10s
frontend rights
  bind ${bind}
  http-request deny unless METH_GET
${allow('PING', '_ping')}
${allow('VERSION', 'version')}
${allow('EVENTS', 'events')}
${allow('INFO', 'info')}
${allow('CONTAINERS', 'containers')}
  http-request deny
  use_backend events if { path,url_dec -m reg ^(/v[0-9.]+)?/events }
  default_backend engine
backend engine
  server engine ${engine}
backend events
  server engine ${engine}
  timeout server ${eventsTimeout}
`

interface Options {
  rights?: readonly string[]
  /** Idle time after which HAProxy closes the event stream; 0 means never. */
  eventsTimeout?: string
}

/**
 * Starts HAProxy in front of the real Engine until the test ends. Like the socket proxies based on it, it allows the
 * calls that its environment names and answers 403 to others. Returns its address.
 */
export async function startHaproxy (t: Test, { rights = RIGHTS, eventsTimeout = '0' }: Options = {}): Promise<string> {
  const path = folder(t)
  const socket = join(path, 'proxy.sock')
  const file = join(path, 'haproxy.cfg')
  const engine = address.startsWith('unix:') ? address.replace('unix://', 'unix@') : new URL(address).host
  writeFileSync(file, rules({ bind: `unix@${socket}`, engine, eventsTimeout }))
  const granted = Object.fromEntries(RIGHTS.map(right => [right, rights.includes(right) ? '1' : '0']))
  const haproxy = spawn('haproxy', ['-q', '-db', '-f', file], { env: { ...env, ...granted }, stdio: 'ignore' })
  t.teardown(async () => {
    if (haproxy.exitCode !== null) return
    haproxy.kill()
    await once(haproxy, 'exit')
  })
  await until(() => {
    if (haproxy.exitCode !== null) throw new Error(`haproxy ended with ${haproxy.exitCode}`)
    return existsSync(socket)
  })
  return `unix://${socket}`
}
