import { memo } from 'preact/compat'
import { useEffect } from 'preact/hooks'
import { bytes, cores, percent, rate, span, UNKNOWN } from '../format.ts'
import { colourOf } from '../colours.ts'
import { Icon } from '../parts/icon.tsx'
import { Meter } from '../parts/meter.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { State } from '../parts/state.tsx'
import { now } from '../state/clock.ts'
import { loadRecent } from '../state/history.ts'
import { folded, toggle, type Item } from '../state/list.ts'
import { recentOf } from '../state/recent.ts'
import { linkTo } from '../state/url.ts'
import { total } from '../total.ts'
import type { Row } from '../types.ts'

/** Links of the configuration or of labels may be anything; only these are followed. */
const isSafe = (link: string) => /^https?:\/\//i.test(link)

function Tags ({ tags }: Pick<Row, 'tags'>) {
  return (
    <>
      {tags.map(({ name, colour }) => (
        <span key={name} class='tag' style={colour ? { '--tag': colourOf(colour) } : {}}>{name}</span>
      ))}
    </>
  )
}

function Uptime ({ startedAt, state }: Row) {
  return <>{startedAt !== null && state === 'running' ? span(now.value - Date.parse(startedAt)) : UNKNOWN}</>
}

function Cpu ({ row }: { row: Row }) {
  const { cpu: { available, cores: used, limitCores, why } } = row
  const points = available ? recentOf(row).map(({ at, cpu }) => ({ at, value: cpu })) : []
  const label = `CPU of ${row.name} in the last 15 minutes`
  return (
    <span role='cell' class='cell cpu' title={available ? `${cores(used)} cores` : why}>
      <span class='number'>{available ? percent(used == null ? null : 100 * used) : UNKNOWN}</span>
      {points.length > 0 && <Sparkline points={points} most={limitCores} label={label} />}
    </span>
  )
}

function Memory ({ row }: { row: Row }) {
  const { memory: { available, workingSetBytes, limitBytes, limitSet, why } } = row
  return (
    <span role='cell' class='cell memory' title={available ? '' : why}>
      <span class='number'>
        {bytes(workingSetBytes)}{available && <span class='of'> / {limitSet ? bytes(limitBytes) : 'no limit'}</span>}
      </span>
      {available && <Meter value={workingSetBytes} most={limitBytes} label={`Memory of ${row.name}`} />}
    </span>
  )
}

/** Whether there is more to show than the state. */
export const hasFigures = ({ cpu, memory }: Row): boolean => cpu.available || memory.available

const Pair = ({ kind, of, first, second }: { kind: string, of: string, first: string, second: string }) => (
  <span role='cell' class={`cell ${kind}`} aria-label={`${kind} of ${of}`}>
    <span class='number'>{first}</span><span class='number'>{second}</span>
  </span>
)

/** A container in the overview. */
export const ContainerRow = memo(({ row, isStale }: { row: Row, isStale: boolean }) => {
  const { host, id, name, image, icon, link, tags, network, blockIo } = row
  useEffect(() => loadRecent(row), [id])
  return (
    <div class={`columns row ${isStale ? 'stale' : ''} ${hasFigures(row) ? '' : 'empty'}`} role='presentation'>
      <span role='cell' class='cell name'>
        <Icon icon={icon} name={name} />
        <span class='names'>
          <a class='title' href={linkTo(['container', host, name])}>{name}</a>
          {isSafe(link) && (
            <a class='out' href={link} target='_blank' rel='noreferrer' aria-label={`Open ${name}`}>↗</a>
          )}
          <Tags tags={tags} />
          <span class='image'>{image}</span>
        </span>
      </span>
      <span role='cell' class='cell state'><State row={row} /></span>
      <span role='cell' class='cell uptime'><Uptime {...row} /></span>
      <Cpu row={row} />
      <Memory row={row} />
      <Pair
        kind='network' of={name} first={`↓ ${rate(network.rxBytesPerSecond)}`}
        second={`↑ ${rate(network.txBytesPerSecond)}`}
      />
      <Pair
        kind='disk' of={name} first={`r ${rate(blockIo.readBytesPerSecond)}`}
        second={`w ${rate(blockIo.writeBytesPerSecond)}`}
      />
    </div>
  )
}, (before, after) => before.row === after.row && before.isStale === after.isStale)

/** The head of a Compose project or Swarm stack. */
export function GroupRow ({ item: { key, project, rows } }: { item: Item & { kind: 'group' } }) {
  const isFolded = folded.value.has(key)
  return (
    <div class='columns group' role='presentation'>
      <span role='cell' class='cell name'>
        <button type='button' class='quiet fold' aria-expanded={!isFolded} onClick={() => toggle(key)}>
          <span class='arrow' aria-hidden='true'>{isFolded ? '▸' : '▾'}</span>{project || 'Other containers'}
        </button>
      </span>
      <span role='cell' class='cell state'>
        {rows.filter(({ state }) => state === 'running').length} of {rows.length} running
      </span>
      <span role='cell' class='cell uptime' />
      <span role='cell' class='cell cpu'>
        <span class='number'>{percent(scaled(total(rows.map(({ cpu }) => cpu.cores))))}</span>
      </span>
      <span role='cell' class='cell memory'>
        <span class='number'>{bytes(total(rows.map(({ memory }) => memory.workingSetBytes)))}</span>
      </span>
      <span role='cell' class='cell network' />
      <span role='cell' class='cell disk' />
    </div>
  )
}

const scaled = (value: number | null) => value === null ? null : 100 * value
