import { useLayoutEffect, useRef } from 'preact/hooks'
import { bytes, cores, rate, span } from '../format.ts'
import { heardAt, isOld, reason, status } from '../state/connection.ts'
import { fleet } from '../state/fleet.ts'
import { nextTheme, theme } from '../state/settings.ts'
import { linkTo, listQuery, place } from '../state/url.ts'
import { now } from '../state/clock.ts'
import { total } from '../total.ts'

const WORDS = {
  connecting: 'Connecting', prompt: '', live: 'Live', polling: 'Every 5 s', offline: 'Not connected'
} as const

const THEMES = { system: 'Auto', light: 'Light', dark: 'Dark' } as const

function Connection () {
  return (
    <p class={`connection ${status.value}`} role='status' title={reason.value}>
      {WORDS[status.value]}
      {isOld.value && <span> · data from {span(now.value - heardAt.value)} ago</span>}
      {reason.value && status.value !== 'live' && <span class='reason'>{reason.value}</span>}
    </p>
  )
}

function Figure ({ name, value, of }: { name: string, value: string, of?: string | undefined }) {
  return (
    <div class='figure'>
      <dt>{name}</dt>
      <dd>{value}{of !== undefined && <span class='of'> / {of}</span>}</dd>
    </div>
  )
}

function Totals () {
  const hosts = fleet.value.map(({ host }) => host)
  const rows = fleet.value.flatMap(({ rows }) => rows)
  const up = hosts.filter(({ up }) => up)
  return (
    <dl class='totals'>
      <Figure name='Hosts up' value={String(up.length)} of={String(hosts.length)} />
      <Figure
        name='Running' value={String(rows.filter(({ state }) => state === 'running').length)} of={String(rows.length)}
      />
      <Figure
        name='CPU cores' value={cores(total(up.map(({ totals }) => totals.cpuCores)))}
        of={String(total(up.map(({ engine }) => engine?.cpus)) ?? '–')}
      />
      <Figure
        name='Memory' value={bytes(total(up.map(({ totals }) => totals.memoryWorkingSetBytes)))}
        of={bytes(total(up.map(({ engine }) => engine?.memoryBytes)))}
      />
      <Figure name='Received' value={rate(total(up.map(({ totals }) => totals.rxBytesPerSecond)))} />
      <Figure name='Sent' value={rate(total(up.map(({ totals }) => totals.txBytesPerSecond)))} />
    </dl>
  )
}

/** Tells the styles how much of the window the bar covers. */
function measured (bar: HTMLElement | null) {
  if (bar === null) return
  const observer = new ResizeObserver(() => {
    const height = getComputedStyle(bar).position === 'sticky' ? bar.offsetHeight : 0
    document.documentElement.style.setProperty('--bar', `${height}px`)
  })
  observer.observe(bar)
  return () => observer.disconnect()
}

/** The head of every view. */
export function Bar () {
  const { path: [view = ''] } = place.value
  const shared = listQuery.value
  const bar = useRef<HTMLElement>(null)
  useLayoutEffect(() => measured(bar.current), [])
  return (
    <header class='bar' ref={bar}>
      <nav aria-label='Views'>
        <a href={linkTo([], shared)} aria-current={view === '' ? 'page' : undefined}>Overview</a>
        <a href={linkTo(['events'], shared)} aria-current={view === 'events' ? 'page' : undefined}>Events</a>
      </nav>
      <Totals />
      <Connection />
      <button type='button' class='quiet theme' onClick={nextTheme} aria-label={`Colours: ${THEMES[theme.value]}`}>
        {THEMES[theme.value]}
      </button>
    </header>
  )
}
