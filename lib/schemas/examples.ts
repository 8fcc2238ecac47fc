/** Recorded from Docker Engine 28.5.2 with one container; only addresses have been replaced. */

export const statsExample = {
  atlas: [{
    name: 'web',
    id: 'b9621bf0126acc99d83cc19ab0213e7ff42fe157272ac51f1e1c13aec8b0955e',
    hostName: 'atlas',
    state: 'running',
    cpu_usage: 3195411572,
    mem_usage: 868352,
    mem_limit: 67108864,
    net_rx: 1516,
    net_tx: 126,
    current_net_rx: 0,
    current_net_tx: 0,
    networkMode: 'shop',
    link: 'https://example.com',
    icon: '',
    tags: 'private:violet-400,edge',
    image: 'busybox:local'
  }]
} as const

export const hostsExample = {
  atlas: {
    containerCount: 1,
    totalCPUs: 2,
    totalMemory: 25276063744,
    cpuUsage: 3195411572,
    memoryUsage: '0.00',
    up: true,
    lastSeen: '2026-11-23T12:36:18.854Z',
    error: null
  }
} as const

export const hostExample = {
  host: 'atlas',
  replica: null,
  up: true,
  lastSeen: '2026-11-23T12:36:18.854Z',
  ageMs: 0,
  error: null,
  address: 'unix:///var/run/docker.sock',
  transport: 'unix',
  engine: {
    kind: 'docker',
    version: '28.5.2+dfsg4',
    apiVersion: '1.51',
    osType: 'linux',
    oneShot: 'direct',
    id: 'b8210232-162c-4c8f-9b9a-7a520d5d61ed',
    name: 'vm',
    operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    cpus: 2,
    memoryBytes: 25276063744
  },
  containers: {
    total: 1,
    byState: {
      running: 1
    }
  },
  poll: {
    durationMs: 5,
    intervalMs: 5000,
    isStalled: false
  },
  requests: {
    ping: 1,
    events: 1,
    list: 1,
    info: 1,
    stats: 2,
    inspect: 1
  },
  missingRights: [],
  events: 'live',
  problems: [],
  deadlines: {
    listMs: 5000,
    infoMs: 2000,
    inspectMs: 2000,
    statsMs: 2000
  },
  certificateExpiresAt: null,
  pollErrors: {},
  totals: {
    cpuCores: 0.012212934769599042,
    memoryWorkingSetBytes: 868352,
    rxBytesPerSecond: 0,
    txBytesPerSecond: 0
  },
  configuration: {
    isCurrent: true,
    loadedAt: '2026-11-23T12:36:13.312Z'
  }
} as const

export const containerExample = {
  host: 'atlas',
  id: 'b9621bf0126acc99d83cc19ab0213e7ff42fe157272ac51f1e1c13aec8b0955e',
  name: 'web',
  image: 'busybox:local',
  state: 'running',
  health: null,
  exitCode: 0,
  startedAt: '2026-11-23T12:31:24.235854503Z',
  restartCount: 0,
  oomKilled: false,
  oomEvents: 0,
  compose: {
    project: 'shop',
    service: 'web'
  },
  swarm: null,
  labels: {
    team: 'shop'
  },
  cpu: {
    available: true,
    usageNanoseconds: 3195411572,
    userNanoseconds: 1530000000,
    systemNanoseconds: 1660000000,
    cores: 0.012212934769599042,
    percent: 1.2212934769599042,
    hostPercent: 0.6106467384799521,
    limitCores: 0.5,
    throttling: {
      periods: 2824,
      throttledPeriods: 0,
      throttledNanoseconds: 0
    }
  },
  memory: {
    available: true,
    usageBytes: 872448,
    workingSetBytes: 868352,
    cacheBytes: 163840,
    swapBytes: null,
    limitBytes: 67108864,
    limitSet: true,
    percent: 1.2939453125
  },
  network: {
    scope: 'own',
    of: null,
    rxBytes: 1516,
    txBytes: 126,
    rxBytesPerSecond: 0,
    txBytesPerSecond: 0,
    interfaces: {
      eth0: {
        rxBytes: 1516,
        txBytes: 126,
        rxPackets: 18,
        txPackets: 3,
        rxDropped: 0,
        txDropped: 0
      }
    }
  },
  blockIo: {
    readBytes: 0,
    writeBytes: 0,
    readBytesPerSecond: 0,
    writeBytesPerSecond: 0
  },
  pids: {
    current: 2,
    limit: 100
  },
  sampledAt: '2026-11-23T12:36:18.854Z',
  link: 'https://example.com',
  icon: '',
  tags: [{
    name: 'private',
    colour: 'violet-400'
  }, {
    name: 'edge',
    colour: null
  }]
} as const

export const targetsExample = [{
  targets: ['localhost:7070'],
  labels: {
    __metrics_path__: '/metrics',
    __param_host: 'atlas',
    instance: 'atlas'
  }
}] as const

export const eventsExample = [{
  id: 1795903381000123,
  at: '2026-11-28T22:43:01.000Z',
  host: 'atlas',
  container: {
    id: 'b9621bf0126acc99d83cc19ab0213e7ff42fe157272ac51f1e1c13aec8b0955e',
    name: 'web',
    image: 'busybox:local'
  },
  action: 'die',
  exitCode: 137,
  health: null,
  detail: null
}] as const
