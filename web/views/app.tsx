import { Bar } from './bar.tsx'
import { ContainerView } from './container.tsx'
import { EventsView } from './events.tsx'
import { Overview } from './overview.tsx'
import { Prompt } from './prompt.tsx'
import { status } from '../state/connection.ts'
import { isLoaded } from '../state/fleet.ts'
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
  if (!isLoaded.value && status.value !== 'offline') {
    return <main class='wait'><h1 class='hidden'>DockStatAPI</h1><p role='status'>Connecting …</p></main>
  }
  return (
    <>
      <Bar />
      <main><View /></main>
    </>
  )
}
