import { containerOf, type DemoContainer, type Entry } from './container.ts'

const GIB = 1024 ** 3

export interface DemoHost {
  name: string
  operatingSystem: string
  cpus: number
  /** Bytes. */
  memory: number
  /** When its Engine is unreachable, in seconds since the demo started; null if it never is. */
  away: { first: number, every: number, lasts: number } | null
  containers: readonly DemoContainer[]
}

const media = { project: 'media', tags: 'media' }
const immich = { project: 'immich', tags: 'photos' }
const nextcloud = { project: 'nextcloud', tags: 'office' }
const shop = { project: 'shop', tags: 'customers' }
const monitoring = { project: 'monitoring', tags: 'operations' }
const home = { tags: 'home' }

/** Traffic follows the day. */
const daily = { swing: 0.4 }
const scan = { every: 900, lasts: 120, height: 6 }
const scrape = { every: 60, lasts: 8, height: 3 }
const query = { every: 240, lasts: 25, height: 5 }
const film = { every: 1500, lasts: 400, height: 4 }
const recognition = { every: 700, lasts: 150, height: 8 }
const upload = { every: 300, lasts: 30, height: 4 }

const service = { cpus: 2, memory: 1024, pids: 200 }
const large = { cpus: 4, memory: 8192 }

const nas: Entry[] = [
  ['media-jellyfin', 'jellyfin/jellyfin:10.10.7', { cpu: 0.45, memory: 940, rx: 24, tx: 780, read: 820, write: 12 },
    { ...media, ...daily, burst: film, hasHealth: true, link: 'https://jellyfin.example.com', icon: 'SI:jellyfin' }],
  ['media-sonarr', 'lscr.io/linuxserver/sonarr:4.0.14', { cpu: 0.03, memory: 210, rx: 6, tx: 2, write: 9 },
    { ...media, burst: scan, icon: 'SI:sonarr' }],
  ['media-radarr', 'lscr.io/linuxserver/radarr:5.21.1', { cpu: 0.03, memory: 230, rx: 5, tx: 2, write: 8 },
    { ...media, burst: scan, icon: 'SI:radarr' }],
  ['media-prowlarr', 'lscr.io/linuxserver/prowlarr:1.32.2', { cpu: 0.01, memory: 160, rx: 3, tx: 2 }, media],
  ['media-bazarr', 'lscr.io/linuxserver/bazarr:1.5.1', { cpu: 0.06, memory: 180, rx: 2, tx: 1, write: 3 },
    { ...media, plot: 'crashes', days: 1 }],
  ['media-gluetun', 'qmcgaw/gluetun:v3.40.0', { cpu: 0.08, memory: 48, rx: 2600, tx: 410 },
    { ...media, burst: scan, hasHealth: true }],
  ['media-qbittorrent', 'lscr.io/linuxserver/qbittorrent:5.0.4',
    { cpu: 0.2, memory: 620, rx: 2600, tx: 410, read: 380, write: 2500 },
    { ...media, burst: scan, networkMode: 'container:media-gluetun', icon: 'SI:qbittorrent' }],
  ['immich-server', 'ghcr.io/immich-app/immich-server:v1.132.3',
    { cpu: 0.12, memory: 560, rx: 40, tx: 120, read: 90, write: 60 },
    { ...immich, ...daily, hasHealth: true, link: 'https://photos.example.com', icon: 'SI:immich' }],
  ['immich-machine-learning', 'ghcr.io/immich-app/immich-machine-learning:v1.132.3',
    { cpu: 0.3, memory: 1900, rx: 30, tx: 4 },
    { ...immich, burst: recognition, hasHealth: true, limits: { cpus: 4, memory: 4096 } }],
  ['immich-postgres', 'tensorchord/pgvecto-rs:pg14-v0.2.0',
    { cpu: 0.05, memory: 380, rx: 9, tx: 30, read: 40, write: 70 },
    { ...immich, hasHealth: true }],
  ['immich-redis', 'valkey/valkey:8.1', { cpu: 0.01, memory: 14, rx: 4, tx: 4 }, { ...immich, hasHealth: true }],
  ['nextcloud-app', 'nextcloud:31.0.4-apache', { cpu: 0.15, memory: 410, rx: 60, tx: 90, read: 20, write: 30 },
    { ...nextcloud, ...daily, burst: upload, link: 'https://cloud.example.com', icon: 'SI:nextcloud' }],
  ['nextcloud-db', 'mariadb:11.7', { cpu: 0.06, memory: 290, rx: 20, tx: 60, read: 15, write: 80 },
    { ...nextcloud, ...daily, hasHealth: true }],
  ['nextcloud-redis', 'redis:7.4-alpine', { cpu: 0.01, memory: 11, rx: 6, tx: 6 }, nextcloud],
  ['paperless', 'ghcr.io/paperless-ngx/paperless-ngx:2.15.3', { cpu: 0.05, memory: 520, rx: 2, tx: 3, write: 6 },
    { burst: scan, hasHealth: true, limits: { memory: 1024 }, tags: 'office', icon: 'SI:paperlessngx' }],
  ['restic-backup', 'restic/restic:0.18.0', { cpu: 0.7, memory: 340, rx: 40, tx: 5200, read: 6100, write: 60 },
    { plot: 'job', limits: { cpus: 1, memory: 512, pids: 64 }, tags: 'operations' }]
]

const web: Entry[] = [
  ['traefik', 'traefik:v3.3.6', { cpu: 0.2, memory: 96, rx: 900, tx: 2100 },
    {
      ...daily,
      hasHealth: true,
      tags: 'customers,edge',
      link: 'https://traefik.example.com',
      icon: 'SI:traefikproxy'
    }],
  ['shop-web-1', 'ghcr.io/example/shop-web:2.9.1', { cpu: 0.35, memory: 310, rx: 260, tx: 840 },
    { ...shop, ...daily, hasHealth: true, limits: service, link: 'https://shop.example.com' }],
  ['shop-web-2', 'ghcr.io/example/shop-web:2.9.1', { cpu: 0.33, memory: 305, rx: 250, tx: 820 },
    { ...shop, ...daily, hasHealth: true, limits: service, link: 'https://shop.example.com' }],
  ['shop-api-1', 'ghcr.io/example/shop-api:4.2', { cpu: 0.6, memory: 420, rx: 410, tx: 520 },
    { ...shop, ...daily, plot: 'deployments', hasHealth: true, limits: service }],
  ['shop-api-2', 'ghcr.io/example/shop-api:4.1.7', { cpu: 0.55, memory: 430, rx: 390, tx: 500 },
    { ...shop, ...daily, plot: 'sick', hasHealth: true, limits: service }],
  ['shop-worker-1', 'ghcr.io/example/shop-worker:4.1.7', { cpu: 0.12, memory: 180, rx: 80, tx: 60 },
    { ...shop, plot: 'leaks', days: 1, burst: query, limits: { cpus: 1, memory: 512, pids: 100 } }],
  ['shop-postgres', 'postgres:17.4', { cpu: 0.5, memory: 2900, rx: 380, tx: 1300, read: 220, write: 640 },
    {
      ...shop,
      ...daily,
      burst: query,
      hasHealth: true,
      limits: { cpus: 8, memory: 8192 },
      tags: 'customers,database'
    }],
  ['shop-redis', 'redis:7.4-alpine', { cpu: 0.08, memory: 260, rx: 310, tx: 420, write: 30 },
    { ...shop, ...daily, limits: { memory: 512 }, tags: 'customers,database' }],
  ['shop-search', 'opensearchproject/opensearch:2.19.1',
    { cpu: 0.45, memory: 5200, rx: 120, tx: 340, read: 60, write: 280 },
    { ...shop, ...daily, burst: scan, hasHealth: true, limits: large }],
  ['shop-mail', 'axllent/mailpit:v1.24.1', { cpu: 0.01, memory: 28, rx: 3, tx: 3 }, { ...shop, hasHealth: true }],
  ['monitoring-prometheus', 'prom/prometheus:v3.3.0', { cpu: 0.18, memory: 1300, rx: 90, tx: 20, write: 120 },
    { ...monitoring, burst: scrape, icon: 'SI:prometheus' }],
  ['monitoring-grafana', 'grafana/grafana:11.6.0', { cpu: 0.04, memory: 140, rx: 12, tx: 40 },
    { ...monitoring, ...daily, link: 'https://grafana.example.com', icon: 'SI:grafana' }],
  ['monitoring-loki', 'grafana/loki:3.4.3', { cpu: 0.12, memory: 480, rx: 210, tx: 12, write: 190 }, monitoring],
  ['monitoring-alertmanager', 'prom/alertmanager:v0.28.1', { cpu: 0.01, memory: 32, rx: 2, tx: 2 }, monitoring],
  ['monitoring-node-exporter', 'prom/node-exporter:v1.9.1', { cpu: 0.02, memory: 22 },
    { ...monitoring, burst: scrape, networkMode: 'host' }],
  ['monitoring-blackbox', 'prom/blackbox-exporter:v0.26.0', { cpu: 0.02, memory: 26, rx: 9, tx: 5 },
    { ...monitoring, burst: scrape }]
]

const pi: Entry[] = [
  ['home-assistant', 'ghcr.io/home-assistant/home-assistant:2026.11', { cpu: 0.22, memory: 610, write: 40 },
    { ...home, networkMode: 'host', link: 'https://home.example.com', icon: 'SI:homeassistant' }],
  ['mosquitto', 'eclipse-mosquitto:2.0.21', { cpu: 0.02, memory: 9, rx: 4, tx: 7 }, home],
  ['zigbee2mqtt', 'koenkk/zigbee2mqtt:2.2.1', { cpu: 0.05, memory: 118, rx: 3, tx: 5, write: 4 },
    { ...home, icon: 'zigbee2mqtt.svg' }],
  ['esphome', 'ghcr.io/esphome/esphome:2026.10.2', { cpu: 0.03, memory: 150, rx: 1, tx: 1 },
    { ...home, burst: { every: 1100, lasts: 200, height: 20 } }],
  ['node-red', 'nodered/node-red:4.0.9', { cpu: 0.04, memory: 130, rx: 3, tx: 3 }, { ...home, hasHealth: true }],
  ['pihole', 'pihole/pihole:2026.10.0', { cpu: 0.03, memory: 74, rx: 8, tx: 9, write: 5 },
    { tags: 'network', ...daily, hasHealth: true, icon: 'SI:pihole' }],
  ['unbound', 'mvance/unbound:1.22.0', { cpu: 0.01, memory: 42, rx: 5, tx: 6 },
    { tags: 'network', ...daily, hasHealth: true }],
  ['uptime-kuma', 'louislam/uptime-kuma:1.23.16', { cpu: 0.04, memory: 125, rx: 6, tx: 3, write: 8 },
    { tags: 'operations', burst: scrape, hasHealth: true, icon: 'SI:uptimekuma' }]
]

const withContainers = (host: Omit<DemoHost, 'containers'>, entries: Entry[]): DemoHost =>
  ({ ...host, containers: entries.map(entry => containerOf(host.name, entry)) })

/** Three hosts with forty containers; the last host is unreachable for a minute every five minutes. */
export const fleet: readonly DemoHost[] = [
  withContainers(
    { name: 'nas', operatingSystem: 'Debian GNU/Linux 13 (trixie)', cpus: 8, memory: 32 * GIB, away: null }, nas),
  withContainers(
    { name: 'web', operatingSystem: 'Ubuntu 24.04.3 LTS', cpus: 16, memory: 64 * GIB, away: null }, web),
  withContainers({
    name: 'pi',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    cpus: 4,
    memory: 8 * GIB,
    away: { first: 120, every: 300, lasts: 60 }
  }, pi)
]

export const colours: Readonly<Record<string, string>> = {
  media: 'violet-400',
  photos: 'pink-400',
  office: 'sky-400',
  customers: 'green-400',
  database: 'amber-400',
  edge: 'orange-400',
  operations: 'slate-400',
  home: 'teal-400',
  network: 'blue-400'
}
