import { createHash } from 'node:crypto'
import type { DemoContainer } from './container.ts'
import type { DemoHost } from './fleet.ts'
import { plots, type Plot, type Scene } from './plots.ts'

/** Number of the first deployment, so that none is negative in the made-up past. */
const DEPLOYED = 120

export interface Moment {
  id: string
  image: string
  state: 'running' | 'restarting' | 'exited'
  health: string | null
  exitCode: number
  isOom: boolean
  createdAt: number
  startedAt: number
  /** When it ended; null while it runs. */
  finishedAt: number | null
  restartCount: number
}

export interface DemoEvent {
  at: number
  action: string
  id: string
  name: string
  image: string
  exitCode: number
  labels: Record<string, string>
}

interface Cycle {
  number: number
  /** Seconds since the epoch. */
  begin: number
}

/** What happens, as a function of time: the past and the future are as certain as the present. */
export class Story {
  readonly #begin: number
  /** IDs by what they are made from, because hashes take time. */
  readonly #ids = new Map<string, string>()

  /** @param begin when the demo starts, seconds since the epoch */
  constructor (begin: number) {
    this.#begin = begin
  }

  /** The container at a time; null while it does not exist. */
  momentOf (container: DemoContainer, at: number): Moment | null {
    const plot = plots[container.plot]
    const cycle = this.#cycleAt(plot, at)
    const scene = plot.scenes.reduce((last, next) => next.at <= at - cycle.begin ? next : last)
    const { state, health = 'healthy', exitCode = 0 } = scene
    if (state === 'removed') return null
    const startedAt = this.#startOf(container, cycle, at)
    const createdAt = plot.by === 'deployment' ? startedAt - 1 : this.#begin - container.age
    return {
      ...this.#identityOf(container, cycle.number),
      state,
      health: container.hasHealth && state === 'running' ? health : null,
      exitCode,
      isOom: scene.exitCode === 137,
      createdAt,
      startedAt,
      finishedAt: state === 'running' ? null : cycle.begin + scene.at,
      restartCount: plot.by === 'policy' ? Math.floor((startedAt - createdAt) / plot.every) : 0
    }
  }

  /** The events of a host after one time, up to another, oldest first. */
  eventsOf (host: DemoHost, from: number, to: number): DemoEvent[] {
    return host.containers.flatMap(container => this.#eventsOf(container, from, to)).sort((a, b) => a.at - b.at)
  }

  /** Whether the Engine of a host is unreachable. */
  isAway ({ away }: DemoHost, at: number): boolean {
    if (!away) return false
    const since = (at - this.#begin - away.first) % away.every
    return (since + away.every) % away.every < away.lasts
  }

  /** @param number of the cycle in which it started */
  #identityOf ({ host, name, image, plot }: DemoContainer, number: number): Pick<Moment, 'id' | 'image'> {
    const isDeployed = plots[plot].by === 'deployment'
    const generation = isDeployed ? DEPLOYED + number : 0
    return { id: this.#idOf(`${host}/${name}/${generation}`), image: isDeployed ? `${image}.${generation}` : image }
  }

  #idOf (key: string): string {
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = createHash('sha256').update(key).digest('hex')
    this.#ids.set(key, id)
    return id
  }

  #cycle ({ first, every }: Plot, number: number): Cycle {
    return { number, begin: this.#begin + first + number * every }
  }

  #cycleAt (plot: Plot, at: number): Cycle {
    return this.#cycle(plot, Math.floor((at - this.#begin - plot.first) / plot.every))
  }

  #startOf ({ plot, age }: DemoContainer, { begin }: Cycle, at: number): number {
    const { start, every } = plots[plot]
    if (start === null) return this.#begin - age
    return begin + start <= at ? begin + start : begin + start - every
  }

  #eventsOf (container: DemoContainer, from: number, to: number): DemoEvent[] {
    const plot = plots[container.plot]
    const events: DemoEvent[] = []
    for (let cycle = this.#cycleAt(plot, from); cycle.begin <= to; cycle = this.#cycle(plot, cycle.number + 1)) {
      for (const scene of plot.scenes) events.push(...this.#eventsIn(scene, container, cycle))
    }
    return events.filter(({ at }) => at > from && at <= to)
  }

  /** Those of one scene are a few milliseconds apart. */
  #eventsIn ({ at, events, exitCode = 0 }: Scene, container: DemoContainer, { number, begin }: Cycle): DemoEvent[] {
    const { name, labels, plot } = container
    const isOld = at < (plots[plot].start ?? 0)
    const identity = this.#identityOf(container, isOld ? number - 1 : number)
    return events.map((action, index) =>
      ({ at: begin + at + index / 100, action, name, labels, exitCode, ...identity }))
  }
}
