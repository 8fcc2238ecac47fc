import type { Family } from './family.ts'

export interface Service {
  version: string
  /** When the configuration was loaded, in milliseconds since the Unix epoch. */
  loadedAt: number
  /** Whether the last attempt to load it succeeded. */
  isReloaded: boolean
}

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
  }
]
