import { signal, useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { Event, moodOfEvent } from './events.tsx'
import { span, time } from '../format.ts'
import { BYTES, CORES, Graph, HIGHEST, RATE, type Unit } from '../parts/graph.tsx'
import { Icon } from '../parts/icon.tsx'
import { State } from '../parts/state.tsx'
import { askJson } from '../state/api.ts'
import { now } from '../state/clock.ts'
import { fleet, transitions } from '../state/fleet.ts'
import { askHistory, type Column, type History } from '../state/history.ts'
import { theme } from '../state/settings.ts'
import { linkTo, listQuery, place, setParameter } from '../state/url.ts'
import type { Maybe, Row, Transition } from '../types.ts'

const RANGES = { '15m': '15 minutes', '24h': '24 hours', '30d': '30 days' } as const
type Range = keyof typeof RANGES
const ranges = Object.keys(RANGES) as Range[]

/** In 15 minutes one per ten seconds, so that each has a sample at the default interval. */
const POINTS = { '15m': 90, '24h': 360, '30d': 480 } as const
/** How often the graphs are asked for again, milliseconds. */
const EVERY = { '15m': 5000, '24h': 60_000, '30d': 600_000 } as const

const dark = matchMedia('(prefers-color-scheme: dark)')
const scheme = signal(dark.matches)
dark.addEventListener('change', ({ matches }) => { scheme.value = matches })

/** The history of a container, asked for again as time goes by. */
function useHistory (host: string, name: string, range: Range) {
  const history = useSignal<History | null>(null)
  const problem = useSignal('')
  useEffect(() => {
    const stop = new AbortController()
    const load = async () => {
      try {
        history.value = await askHistory(host, name, range, POINTS[range], stop.signal)
        problem.value = ''
      } catch (error) {
        if (!stop.signal.aborted) problem.value = error instanceof Error ? error.message : String(error)
      }
    }
    load()
    const timer = setInterval(load, EVERY[range])
    return () => {
      stop.abort()
      clearInterval(timer)
    }
  }, [host, name, range])
  return { history: history.value, problem: problem.value }
}

/** The events of a container, newest first: those that the service still has, and those that have come since. */
function useEvents (host: string, name: string): readonly Transition[] {
  const asked = useSignal<readonly Transition[]>([])
  useEffect(() => {
    const query = new URLSearchParams({ host, name, limit: '1000' })
    askJson<Transition[]>(`events?${query}`).then(events => { asked.value = events }, () => {}) // later ones still come
  }, [host, name])
  const all = transitions.value
  return useMemo(() => {
    const own = all.filter(event => event.host === host && event.container?.name === name)
    const byId = new Map([...asked.value, ...own].map(event => [event.id, event]))
    return [...byId.values()].sort((a, b) => b.id - a.id)
  }, [asked.value, all])
}

const MARKED = new Set(['die', 'oom', 'restart'])

function Graphs ({ history, row, events }: { history: History, row: Row | undefined, events: readonly Transition[] }) {
  const marks = useMemo(() => events.filter(({ action }) => MARKED.has(action))
    .map(event => ({ at: Date.parse(event.at), mood: moodOfEvent(event) === 'bad' ? 'bad' : 'odd' })), [events])
  const all = useMemo(() => {
    const at = history.at.map(time => Date.parse(time))
    const pair = (title: string, unit: Unit, names: [string, string], values: [Column, Column], limit?: Maybe) => ({
      title,
      unit,
      limit,
      at,
      marks,
      series: [{ label: names[0], values: values[0].avg }, { label: names[1], values: values[1].avg }]
    })
    const peak = ({ max }: Column): Column => ({ avg: max, max })
    const { cpuCores, memoryBytes, rxBytesPerSecond: received, txBytesPerSecond: sent } = history
    const { readBytesPerSecond: read, writeBytesPerSecond: written } = history
    const limit = row?.memory.limitSet ? row.memory.limitBytes : null
    return [
      pair('CPU', CORES, ['cores', HIGHEST], [cpuCores, peak(cpuCores)], row?.cpu.limitCores),
      pair('Memory', BYTES, ['used', HIGHEST], [memoryBytes, peak(memoryBytes)], limit),
      pair('Network', RATE, ['received', 'sent'], [received, sent]),
      pair('Disk', RATE, ['read', 'written'], [read, written])
    ]
  }, [history, marks, row?.cpu.limitCores, row?.memory.limitBytes])
  const colours = `${theme.value} ${scheme.value}`
  return <div class='graphs'>{all.map(graph => <Graph key={graph.title} {...graph} scheme={colours} />)}</div>
}

function Details ({ row }: { row: Row }) {
  const { image, id, startedAt, restartCount, pids, compose, swarm, network, labels, host } = row
  const project = compose ? `${compose.project}${compose.service ? ` / ${compose.service}` : ''}` : swarm?.stack
  const facts: [string, string | null | undefined][] = [
    ['Image', image], ['ID', id.slice(0, 12)], ['Host', host], ['Project or stack', project],
    ['Started', startedAt && `${time(startedAt)} (${span(now.value - Date.parse(startedAt))} ago)`],
    ['Restarts', restartCount === null ? null : String(restartCount)],
    ['Processes', pids.current === null ? null : `${pids.current}${pids.limit === null ? '' : ` of ${pids.limit}`}`],
    ['Network', network.scope === 'container' ? `that of ${network.of}` : network.scope],
    ...Object.entries(labels)
  ]
  return (
    <dl class='facts'>
      {facts.filter(([, value]) => value).map(([name, value]) => (
        <div key={name}><dt>{name}</dt><dd>{value}</dd></div>
      ))}
    </dl>
  )
}

/** How many events are shown at most. */
const MOST = 50

function Timeline ({ events }: { events: readonly Transition[] }) {
  return (
    <section>
      <h2>Events</h2>
      {events.length === 0
        ? <p class='soft'>Nothing has happened since the service started.</p>
        : (
          <div class='timeline' role='list'>
            {events.slice(0, MOST).map(event => <div key={event.id} role='listitem'><Event event={event} /></div>)}
          </div>
          )}
    </section>
  )
}

/** One container: graphs, facts and events. */
export function ContainerView ({ host, name }: { host: string, name: string }) {
  const given = place.value.query.get('range')
  const range = ranges.find(range => range === given) ?? '15m'
  const row = fleet.value.find(state => state.host.host === host)?.rows.find(row => row.name === name)
  const { history, problem } = useHistory(host, name, range)
  const events = useEvents(host, name)
  return (
    <article class='container'>
      <header>
        <a href={linkTo([], listQuery.value)} class='back'>← All containers</a>
        <Icon icon={row?.icon ?? ''} name={name} />
        <h1>{name}</h1>
        {row ? <State row={row} /> : <span class='soft'>not there any more</span>}
        <div class='ranges' role='group' aria-label='Time range'>
          {ranges.map(value => (
            <button
              key={value} type='button' class='quiet' aria-pressed={value === range}
              onClick={() => setParameter('range', [value])}
            >
              {RANGES[value]}
            </button>
          ))}
        </div>
      </header>
      {problem !== '' && <p class='problem' role='alert'>{problem}</p>}
      {history && <Graphs history={history} row={row} events={events} />}
      {row && <section><h2>Details</h2><Details row={row} /></section>}
      <Timeline events={events} />
    </article>
  )
}
