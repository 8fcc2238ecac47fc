import { Bar } from './bar.tsx'
import { ContainerView } from './container.tsx'
import { EventsView } from './events.tsx'
import { Overview } from './overview.tsx'
import { Prompt } from './prompt.tsx'
import { status } from '../state/connection.ts'
import { fleet } from '../state/fleet.ts'
import { place } from '../state/url.ts'

function View () {
  const { path: [view, host, name] } = place.value
  if (view === 'container' && host !== undefined && name !== undefined) {
    return <ContainerView key={`${host}/${name}`} host={host} name={name} />
  }
  return view === 'events' ? <EventsView /> : <Overview />
}

export function App () {
  if (status.value === 'prompt') return <Prompt />
  if (fleet.value.length === 0 && status.value === 'connecting') return <p class='wait' role='status'>Connecting …</p>
  return (
    <>
      <Bar />
      <main><View /></main>
    </>
  )
}
