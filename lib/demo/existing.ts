import type { DemoContainer } from './container.ts'
import type { DemoHost } from './fleet.ts'
import type { Moment, Story } from './story.ts'

/** A container that exists at some time, with what its Engine knows of others. */
export interface Existing {
  container: DemoContainer
  moment: Moment
  /** With the ID of the container whose network it has joined. */
  networkMode: string
  /** The container whose network it uses. */
  owner: DemoContainer
}

/** The containers of a host at a time, in seconds since the epoch, newest first. */
export function existingOn ({ containers }: DemoHost, story: Story, at: number): Existing[] {
  const present = containers.flatMap(container => {
    const moment = story.momentOf(container, at)
    return moment ? [{ container, moment }] : []
  })
  return present.map(({ container, moment }) => {
    const { networkMode } = container
    const owner = present.find(({ container: { name } }) => networkMode === `container:${name}`)
    return owner
      ? { container, moment, owner: owner.container, networkMode: `container:${owner.moment.id}` }
      : { container, moment, owner: container, networkMode }
  }).sort((a, b) => b.moment.createdAt - a.moment.createdAt)
}
