import type { HostSnapshot } from '../../model/snapshot.ts'
import { catalogue } from '../../errors.ts'
import { countsOf } from '../../model/own.ts'
import { eventFamilies } from './events.ts'
import type { Family } from './family.ts'

const STATES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead']

const ENGINE_ERRORS = Object.values(catalogue).map(ErrorClass => new ErrorClass('', '', '').code)
  .filter(code => code.startsWith('ENGINE_'))

const seconds = (milliseconds: number | null) => milliseconds === null ? null : milliseconds / 1000

const zeros = (names: readonly string[]): [string, number][] => names.map(name => [name, 0])

const perName = (label: string, values: Iterable<readonly [string, number]>) =>
  [...values].map(([name, value]) => ({ labels: { [label]: name }, value }))

/** Null if the containers are unknown: no list yet, no right to list them, or unreachable for too long. */
function containersByState ({ up, isListed, containers }: HostSnapshot) {
  if (!isListed && (up || containers.length === 0)) return null
  return perName('state', new Map([...zeros(STATES), ...countsOf(containers.map(({ state }) => state))]))
}

const engine: Family<HostSnapshot>[] = [
  {
    name: 'docker_host_up',
    type: 'gauge',
    help: 'Whether the last poll reached the Docker Engine; absent until the first poll ends',
    read: ({ up }) => up
  },
  {
    name: 'docker_host_problems',
    type: 'gauge',
    help: 'Calls that fail while the host is up: number of affected containers, or 1 if the whole host is affected',
    labels: ['what', 'code'],
    read: ({ problems }) => problems.map(({ what, code, containers }) =>
      ({ labels: { what, code }, value: containers.length || 1 }))
  },
  {
    name: 'docker_host_cpus',
    type: 'gauge',
    help: 'CPUs of the host',
    cadvisor: 'machine_cpu_cores',
    read: ({ engine }) => engine?.cpus
  },
  {
    name: 'docker_host_memory_bytes',
    type: 'gauge',
    help: 'Memory of the host',
    cadvisor: 'machine_memory_bytes',
    read: ({ engine }) => engine?.memoryBytes
  },
  {
    name: 'docker_host_containers',
    type: 'gauge',
    help: 'Containers by state',
    labels: ['state'],
    read: containersByState
  },
  {
    name: 'docker_host_info',
    type: 'info',
    help: 'Kind and version of the Engine, and the API version in use',
    labels: ['engine', 'version', 'api_version'],
    read: ({ engine }) => engine && [{
      labels: { engine: engine.kind, version: engine.version, api_version: engine.apiVersion },
      value: 1
    }]
  },
  {
    name: 'docker_host_certificate_expiry_timestamp_seconds',
    type: 'gauge',
    help: 'Earliest expiry of the TLS certificates in use, in seconds since the Unix epoch; absent without TLS',
    read: ({ certificateExpiresAt: at }) => at === null ? null : Date.parse(at) / 1000
  }
]

const poll: Family<HostSnapshot>[] = [
  {
    name: 'dockstatapi_poll_duration_seconds',
    type: 'gauge',
    help: 'Duration of the last poll',
    read: ({ poll }) => seconds(poll.durationMs)
  },
  {
    name: 'dockstatapi_poll_interval_seconds',
    type: 'gauge',
    help: 'Wait between polls; longer than configured if polls are slow',
    read: ({ poll }) => seconds(poll.intervalMs)
  },
  {
    name: 'dockstatapi_poll_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When a poll last reached the host, in seconds since the Unix epoch; container metrics date from then',
    read: ({ lastSeen }) => seconds(lastSeen)
  },
  {
    name: 'dockstatapi_poll_errors_total',
    type: 'counter',
    help: 'Failed polls, by error code',
    labels: ['reason'],
    read: ({ pollErrors }) => perName('reason', new Map([...zeros(ENGINE_ERRORS), ...Object.entries(pollErrors)]))
  },
  {
    name: 'dockstatapi_engine_requests_total',
    type: 'counter',
    help: 'Requests sent to the Engine, by endpoint',
    labels: ['endpoint'],
    read: ({ requests }) => perName('endpoint', Object.entries(requests))
  }
]

export const hostFamilies: readonly Family<HostSnapshot>[] = [...engine, ...poll, ...eventFamilies]
