import { bytes, cores, rate, span, time } from '../format.ts'
import { Meter } from '../parts/meter.tsx'
import { now } from '../state/clock.ts'
import { status } from '../state/connection.ts'
import { folded, toggle, type Item } from '../state/list.ts'
import type { Host } from '../types.ts'

/** Why a host is not up, in words; nothing if it is. */
function troubleOf ({ up, error, lastSeen }: Host): string {
  if (up === null) return 'Not asked yet'
  if (up) return error?.message ?? '' // of the replica that polls it
  const since = lastSeen === null
    ? 'Never reached'
    : `Down since ${time(lastSeen)} (${span(now.value - Date.parse(lastSeen))})`
  return `${since}: ${error?.message ?? 'unknown reason'}`
}

const KINDS: Record<string, string> = { docker: 'Docker', podman: 'Podman' }

function ageOf ({ lastSeen, poll }: Host): string {
  const age = lastSeen === null ? 0 : now.value - Date.parse(lastSeen)
  const patience = status.value === 'polling' ? 8000 : 2000
  return age > 2 * poll.intervalMs + patience ? `${span(age)} old` : ''
}

const problemsOf = ({ problems }: Host) =>
  problems.map(({ what, message }) => `${what}: ${message}`).join('\n')

const countOf = ({ length }: Host['problems']) => length === 1 ? '1 problem' : `${length} problems`

function Figures ({ host: { totals, engine } }: { host: Host }) {
  return (
    <dl class='figures'>
      <div>
        <dt>CPU</dt>
        <dd>
          {cores(totals.cpuCores)} <span class='of'>/ {engine?.cpus ?? '–'}</span>
          <Meter value={totals.cpuCores} most={engine?.cpus} label='CPU of the host' />
        </dd>
      </div>
      <div>
        <dt>Memory</dt>
        <dd>
          {bytes(totals.memoryWorkingSetBytes)} <span class='of'>/ {bytes(engine?.memoryBytes)}</span>
          <Meter value={totals.memoryWorkingSetBytes} most={engine?.memoryBytes} label='Memory of the host' />
        </dd>
      </div>
      <div><dt>Network</dt><dd>↓ {rate(totals.rxBytesPerSecond)} <br />↑ {rate(totals.txBytesPerSecond)}</dd></div>
    </dl>
  )
}

/** The head of the section of a host. */
export function HostHeader ({ item: { key, state: { host, rows }, shown } }: { item: Item & { kind: 'host' } }) {
  const { engine, up, problems, containers } = host
  const trouble = troubleOf(host)
  const isFolded = folded.value.has(key)
  const states = Object.entries(containers.byState).map(([state, count]) => `${count} ${state}`).join(', ')
  const about = [
    engine && `${KINDS[engine.kind] ?? engine.kind} ${engine.version ?? ''}`, engine?.operatingSystem,
    shown === rows.length ? states : `${shown} of ${rows.length} containers`
  ].filter(Boolean).join(' · ')
  return (
    <div class={`host ${up ? '' : 'down'}`} role='presentation'>
      <div role='cell' class='who'>
        <h2>
          <button type='button' class='quiet fold' aria-expanded={!isFolded} onClick={() => toggle(key)}>
            <span class='arrow' aria-hidden='true'>{isFolded ? '▸' : '▾'}</span>
            <span class={`dot ${up ? 'good' : up === false ? 'bad' : 'off'}`} aria-hidden='true' />
            {host.host}
          </button>
          {up && <span class='age'>{ageOf(host)}</span>}
        </h2>
        <p class='about'>
          {trouble === '' ? about : <span class='trouble'>{trouble}</span>}
          {problems.length > 0 && <span class='problems' title={problemsOf(host)}> · {countOf(problems)}</span>}
        </p>
      </div>
      <div role='cell'>{up && <Figures host={host} />}</div>
    </div>
  )
}
