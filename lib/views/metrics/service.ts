import { RESULTS, type Counts } from '../../notify/counts.ts'
import type { Family } from './family.ts'

export interface Service {
  version: string
  /** When the configuration was loaded, in milliseconds since the Unix epoch. */
  loadedAt: number
  /** Whether the last attempt to load it succeeded. */
  isReloaded: boolean
  /** Clients of `/stream`, the events sent to them, and those dropped because they did not keep up. */
  stream: {
    clients: number
    events: Readonly<Record<string, number>>
    dropped: Readonly<Record<string, number>>
  }
  /** By the name of the rule. */
  notifications: ReadonlyMap<string, Counts>
  history: {
    memoryBytes: number
    series: number
    /** Null if nothing is on disk. */
    fileBytes: number | null
    writes: { success: number, failure: number }
  }
}

const counts = (label: string, values: Readonly<Record<string, number>>) =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))

export const serviceFamilies: readonly Family<Service>[] = [
  {
    name: 'dockstatapi_build_info',
    type: 'info',
    help: 'DockStatAPI version',
    labels: ['version'],
    read: ({ version }) => [{ labels: { version }, value: 1 }]
  },
  {
    name: 'dockstatapi_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to load the configuration succeeded',
    read: ({ isReloaded }) => isReloaded
  },
  {
    name: 'dockstatapi_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the configuration was last loaded successfully, in seconds since the Unix epoch',
    read: ({ loadedAt }) => loadedAt / 1000
  },
  {
    name: 'dockstatapi_stream_clients',
    type: 'gauge',
    help: 'Clients connected to /stream',
    read: ({ stream }) => stream.clients
  },
  {
    name: 'dockstatapi_stream_events_total',
    type: 'counter',
    help: 'Events sent to clients of /stream',
    labels: ['event'],
    read: ({ stream }) => counts('event', stream.events)
  },
  {
    name: 'dockstatapi_stream_dropped_total',
    type: 'counter',
    help: 'Clients of /stream disconnected because they did not keep up',
    labels: ['reason'],
    read: ({ stream }) => counts('reason', stream.dropped)
  },
  {
    name: 'dockstatapi_notifications_total',
    type: 'counter',
    help: 'Notifications by rule and result: sent, failed, throttled or dropped',
    labels: ['name', 'result'],
    read: ({ notifications }) => [...notifications].flatMap(([name, counts]) =>
      RESULTS.map(result => ({ labels: { name, result }, value: counts[result] })))
  },
  {
    name: 'dockstatapi_history_memory_bytes',
    type: 'gauge',
    help: 'Memory used for the last 15 minutes of containers and hosts, limited by history.memory',
    read: ({ history }) => history.memoryBytes
  },
  {
    name: 'dockstatapi_history_series',
    type: 'gauge',
    help: 'Containers and hosts whose last 15 minutes are in memory',
    read: ({ history }) => history.series
  },
  {
    name: 'dockstatapi_history_file_bytes',
    type: 'gauge',
    help: 'Size of the history on disk; absent while it cannot be used',
    read: ({ history }) => history.fileBytes
  },
  {
    name: 'dockstatapi_history_writes_total',
    type: 'counter',
    help: 'Attempts to write a minute to the history on disk, by result: success or failure',
    labels: ['result'],
    read: ({ history: { writes } }) => Object.entries(writes).map(([result, value]) => ({ labels: { result }, value }))
  }
]
