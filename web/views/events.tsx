import { Filters } from './filters.tsx'
import { time } from '../format.ts'
import { WindowList } from '../parts/window.tsx'
import { chosen, search } from '../state/filters.ts'
import { transitions } from '../state/fleet.ts'
import { linkTo } from '../state/url.ts'
import type { Transition } from '../types.ts'

/** What an event means, in words. */
export function wordsOf ({ action, exitCode, health, detail }: Transition): string {
  if (action === 'die') return exitCode === null ? 'ended' : `ended with exit code ${exitCode}`
  if (action === 'health') return `became ${health}`
  if (action === 'oom') return 'ran out of memory'
  if (action === 'rename') return `was renamed from ${detail}`
  if (action === 'host-down') return `is down: ${detail}`
  if (action === 'host-up') return 'is up again'
  const past = { start: 'started', restart: 'was restarted', pause: 'was paused', unpause: 'was unpaused' }
  const more = { create: 'was created', destroy: 'was removed' }
  const words: Record<string, string> = { ...past, ...more }
  return words[action] ?? action
}

/** How much an event deserves attention. */
export function moodOfEvent ({ action, exitCode, health }: Transition): string {
  if (action === 'oom' || action === 'host-down' || health === 'unhealthy') return 'bad'
  if (action === 'die') return exitCode === 0 ? 'off' : 'odd'
  return action === 'start' || action === 'host-up' || health === 'healthy' ? 'good' : 'off'
}

/** An event in a timeline. */
export function Event ({ event }: { event: Transition }) {
  const { at, host, container } = event
  return (
    <p class='event'>
      <time dateTime={at}>{time(at)}</time>
      <span class={`dot ${moodOfEvent(event)}`} aria-hidden='true' />
      <span class='what' title={wordsOf(event)}>
        {container === null
          ? <strong>{host}</strong>
          : <a href={linkTo(['container', host, container.name])}>{container.name}</a>}
        {container !== null && <span class='on'> on {host}</span>}
        {' '}{wordsOf(event)}
      </span>
    </p>
  )
}

function isShown (event: Transition): boolean {
  const hosts = chosen('host')
  const text = search.value.toLowerCase()
  const words = [event.host, event.container?.name ?? '', event.container?.image ?? '', wordsOf(event)]
  const actions = chosen('action')
  return (hosts.length === 0 || hosts.includes(event.host)) &&
    (actions.length === 0 || actions.includes(event.action)) && words.some(word => word.toLowerCase().includes(text))
}

const Nothing = ({ isFiltered }: { isFiltered: boolean }) => isFiltered
  ? <div class='nothing'><h2>No event matches</h2><p>Clear the search and the filters to see all of them.</p></div>
  : <div class='nothing'><h2>Nothing has happened yet</h2><p>Starts, ends and changes of health appear here.</p></div>

/** What happened on all hosts. */
export function EventsView () {
  const shown = transitions.value.filter(isShown)
  return (
    <>
      <h1 class='hidden'>Events</h1>
      <Filters filters={['host', 'action']} />
      {shown.length === 0
        ? <Nothing isFiltered={transitions.value.length > 0} />
        : (
          <div class='timeline'>
            <WindowList items={shown} heightOf={() => 36} keyOf={({ id }) => String(id)} roles='list listitem'>
              {event => <Event event={event} />}
            </WindowList>
          </div>
          )}
    </>
  )
}
