import type { ContainerSnapshot, HostSnapshot } from '../../model/snapshot.ts'
import type { Config } from '../../config/config.ts'
import { memoize } from '../../memoize.ts'
import { mapCooperatively, piecesOf } from '../../cooperative.ts'
import { cadvisorNames, cadvisorOnly } from './cadvisor.ts'
import { containerFamilies } from './containers.ts'
import { header, type Described } from './exposition.ts'
import { labelText, sampleLines, type Family } from './family.ts'
import { hostFamilies } from './hosts.ts'
import type { Exposition } from '../../model/exposition.ts'

/** A container and the formatted labels of its series. */
interface Labelled {
  container: ContainerSnapshot
  labels: string
}

/** Containers written in one go, without yielding to the event loop. */
const PIECE = 64

/** A unit of work: a host, or some of its containers. */
interface Source {
  /** Null in a unit of containers. */
  snapshot: HostSnapshot | null
  labels: string
  containers: readonly Labelled[]
  /** The running ones, with the labels of cAdvisor. */
  running: readonly Labelled[]
}

interface Metric extends Described {
  write (source: Source): string
}

const ofHosts = (families: readonly Family<HostSnapshot>[]) => families.map((family): Metric =>
  ({ ...family, write: ({ snapshot, labels }) => snapshot ? sampleLines(family, labels, snapshot) : '' }))

const ofContainers = (families: readonly Family<ContainerSnapshot>[], which: 'containers' | 'running') =>
  families.map((family): Metric => ({
    ...family,
    write: source => source[which].map(({ container, labels }) => sampleLines(family, labels, container)).join('')
  }))

function metricsFor ({ labels, metrics: { profile } }: Pick<Config, 'labels' | 'metrics'>): Metric[] {
  const containers = containerFamilies(labels)
  const own = [...ofHosts(hostFamilies), ...ofContainers(containers, 'containers')]
  if (profile === 'default') return own
  const running = [...cadvisorNames(containers), ...cadvisorOnly]
  return [...own, ...ofHosts(cadvisorNames(hostFamilies)), ...ofContainers(running, 'running')]
}

/** If containers share a name, exports only the first, which is the newest, because a series must be unique. */
function sourcesOf (snapshot: HostSnapshot): Source[] {
  const labels = labelText({ docker_host: snapshot.host })
  const all = snapshot.containers.map((container): Labelled =>
    ({ container, labels: `${labels},${labelText({ name: container.name })}` }))
  const byLabels = new Map(all.toReversed().map(entry => [entry.labels, entry]))
  const containers = all.filter(entry => byLabels.get(entry.labels) === entry)
  const host = { snapshot, labels, containers: [], running: [] }
  return [host, ...piecesOf(containers, PIECE).map(piece =>
    ({ snapshot: null, labels, containers: piece, running: runningIn(labels, piece) }))]
}

const runningIn = (host: string, containers: readonly Labelled[]) =>
  containers.filter(({ container }) => container.sample).map(({ container }): Labelled => {
    const { name, image, id } = container
    return { container, labels: `${host},${labelText({ name, image, id: `/docker/${id}` })}` }
  })

/** Creates the view for Prometheus. The samples of a host are written once per snapshot. */
export function createMetricsView (config: Pick<Config, 'labels' | 'metrics'>) {
  const metrics = metricsFor(config)
  const samplesOf = memoize(async (snapshot: HostSnapshot) => {
    const pieces = await mapCooperatively(sourcesOf(snapshot), source => metrics.map(({ write }) => write(source)))
    return metrics.map((_, index) => Buffer.from(pieces.map(samples => samples[index]).join('')))
  })

  return async (snapshots: readonly HostSnapshot[], exposition: Exposition): Promise<Buffer> => {
    const hosts = await mapCooperatively(snapshots, samplesOf)
    return Buffer.concat(metrics.flatMap((metric, index) => {
      const samples = hosts.flatMap(host => host[index]?.length ? [host[index]] : [])
      return samples.length === 0 ? [] : [Buffer.from(header(metric, exposition)), ...samples]
    }))
  }
}
