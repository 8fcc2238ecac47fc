import type { Family } from './family.ts'

/** What the service tells of itself. */
export interface Service {
  version: string
  /** When its configuration was loaded, milliseconds since the epoch. */
  loadedAt: number
}

/** What is told of the service. */
export const serviceFamilies: readonly Family<Service>[] = [
  {
    name: 'dockstatapi_build_info',
    type: 'info',
    help: 'The version of DockStatAPI',
    labels: ['version'],
    read: ({ version }) => [{ labels: { version }, value: 1 }]
  },
  {
    name: 'dockstatapi_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to load the configuration succeeded',
    read: () => true
  },
  {
    name: 'dockstatapi_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the configuration was last loaded, since the epoch',
    read: ({ loadedAt }) => loadedAt / 1000
  }
]
