import { createHash } from 'node:crypto'
import type { Shape } from './curves.ts'
import type { PlotName } from './plots.ts'

const KIB = 1024
const MIB = 1024 * KIB

interface Load {
  /** CPU cores. */
  cpu: number
  /** MiB of memory. */
  memory: number
  /** KiB per second. */
  rx?: number
  tx?: number
  read?: number
  write?: number
}

interface Traits {
  project?: string
  networkMode?: string
  /** Cores, MiB and processes. */
  limits?: { cpus?: number, memory?: number, pids?: number }
  hasHealth?: boolean
  plot?: PlotName
  burst?: NonNullable<Shape['burst']>
  swing?: number
  /** Since its creation when the demo starts. */
  days?: number
  link?: string
  icon?: string
  tags?: string
}

export interface DemoContainer {
  host: string
  name: string
  /** Without the last part of the version if deployments count it. */
  image: string
  labels: Record<string, string>
  /** `container:NAME` joins the network of another container. */
  networkMode: string
  /** Bytes; 0 means unlimited. */
  limits: { cpus: number, memory: number, pids: number }
  hasHealth: boolean
  plot: PlotName
  /** CPU cores, and bytes per second. */
  means: Required<Omit<Load, 'memory'>>
  /** Bytes. */
  memory: number
  shape: Omit<Shape, 'noise'>
  /** Seconds since its creation when the demo starts. */
  age: number
  look: { link: string, icon: string, tags: string }
}

export type Entry = [name: string, image: string, load: Load, traits?: Traits]

const DAY = 86_400
const STEADY_SWING = 0.15

const seedOf = (text: string) => createHash('sha256').update(text).digest().readUInt32LE()

const labelsOf = (name: string, project?: string): Record<string, string> => project === undefined
  ? {}
  : {
      'com.docker.compose.project': project,
      'com.docker.compose.service': name.slice(project.length + 1).replace(/-\d$/, '')
    }

export function containerOf (host: string, [name, image, load, traits = {}]: Entry): DemoContainer {
  const { project, hasHealth = false, plot = 'steady', limits = {}, burst = null, swing = STEADY_SWING } = traits
  const { link = '', icon = '', tags = '' } = traits
  const { cpu, memory, rx = 0, tx = 0, read = 0, write = 0 } = load
  const { networkMode = project === undefined ? 'bridge' : `${project}_default` } = traits
  const seed = seedOf(`${host}/${name}`)
  const { days = 2 + seed % 40 } = traits
  return {
    host,
    name,
    image,
    labels: labelsOf(name, project),
    networkMode,
    limits: { cpus: limits.cpus ?? 0, memory: (limits.memory ?? 0) * MIB, pids: limits.pids ?? 0 },
    hasHealth,
    plot,
    means: { cpu, rx: rx * KIB, tx: tx * KIB, read: read * KIB, write: write * KIB },
    memory: memory * MIB,
    shape: { seed, swing, burst },
    age: DAY * days,
    look: { link, icon, tags }
  }
}
