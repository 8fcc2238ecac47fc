import type { ContainerSnapshot } from '../model/snapshot.ts'
import type { Config } from '../config/config.ts'
import { own } from '../model/own.ts'

/** How user interfaces present a container; empty if not configured. */
export interface Presentation {
  link: string
  icon: string
  tags: { name: string, colour: string | null }[]
}

/** Any image can set this label, and user interfaces link to it, so reject `javascript:` and the like. */
const webPage = (link = '') => /^https?:\/\//i.test(link) && URL.canParse(link) ? link : ''

function tagsIn (list: string, colours: Config['tags']): Presentation['tags'] {
  const names = list.split(',').map(tag => tag.trim()).filter(Boolean)
  return names.map(name => ({ name, colour: colours.get(name) ?? null }))
}

/**
 * Link, icon and tags of a container. Each comes from the first of these that sets it: `container.<host>/<name>` and
 * `container.<name>` in the configuration, the `dockstat.*` label, the `homepage.*` label.
 */
export function presentationOf (
  host: string,
  { name, labels }: Pick<ContainerSnapshot, 'name' | 'labels'>,
  { container, tags: colours }: Pick<Config, 'container' | 'tags'>
): Presentation {
  const specific = container.get(`${host}/${name}`)
  const shared = container.get(name)
  const first = (key: 'link' | 'icon' | 'tags') => specific?.[key] || shared?.[key]
  const label = (name: string) => own(labels, name)
  return {
    link: first('link') || webPage(label('dockstat.link')) || webPage(label('homepage.href')) || '',
    icon: first('icon') || label('dockstat.icon') || label('homepage.icon') || '',
    tags: tagsIn(first('tags') || label('dockstat.tags') || '', colours)
  }
}
