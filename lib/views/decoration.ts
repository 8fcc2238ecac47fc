import type { ContainerSnapshot } from '../collector/snapshot.ts'
import type { Config } from '../config/load.ts'

/** What is shown beside a container's figures; empty where there is none. */
export interface Decoration {
  link: string
  icon: string
  tags: { name: string, colour: string | null }[]
}

/** A label comes with any image, and pages make links of it: no `javascript:`. */
const isWebPage = (link: string) => /^https?:\/\//i.test(link) && URL.canParse(link)

/**
 * Link, icon and tags of a container: each from `container.<host>/<name>` of the configuration, else from
 * `container.<name>`, else from its `dockstat.…` label, else from its `homepage.…` label.
 */
export function decorationOf (
  host: string,
  { name, labels }: Pick<ContainerSnapshot, 'name' | 'labels'>,
  { container, tags: colours }: Pick<Config, 'container' | 'tags'>
): Decoration {
  const configured = [container.get(`${host}/${name}`), container.get(name)]
  const first = (key: 'link' | 'icon' | 'tags', given: (string | undefined)[]) =>
    [...configured.map(keys => keys?.[key]), ...given].find(Boolean) ?? ''
  const links = [labels['dockstat.link'], labels['homepage.href']].filter((link = '') => isWebPage(link))
  const tags = first('tags', [labels['dockstat.tags']]).split(',').map(tag => tag.trim()).filter(Boolean)
  return {
    link: first('link', links),
    icon: first('icon', [labels['dockstat.icon'], labels['homepage.icon']]),
    tags: tags.map(name => ({ name, colour: colours.get(name) ?? null }))
  }
}
