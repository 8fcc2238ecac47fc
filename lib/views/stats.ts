import type { Config } from '../config/load.ts'
import type { HostSnapshot } from '../collector/snapshot.ts'

/** `private,raspberry` as `private:violet-400,raspberry:red-200`: each tag with its colour where it has one. */
function colour (tags: string, colours: Config['tags']): string {
  return tags.split(',').map(tag => tag.trim()).filter(Boolean)
    .map(tag => colours.has(tag) ? `${tag}:${colours.get(tag)}` : tag).join(',')
}

/** The containers of one host as `/stats` documents them; unknown is 0 there, because that contract says number. */
export function containerRows (snapshot: HostSnapshot, { container, tags }: Pick<Config, 'container' | 'tags'>) {
  return snapshot.containers.map(({ id, name, image, state, networkMode, sample }) => {
    const decoration = container.get(name)
    return {
      name,
      id,
      hostName: snapshot.host,
      state,
      cpu_usage: sample?.cpuNanoseconds ?? 0,
      mem_usage: sample?.memoryBytes ?? 0,
      mem_limit: sample?.memoryLimitBytes ?? 0,
      net_rx: sample?.rxBytes ?? 0,
      net_tx: sample?.txBytes ?? 0,
      current_net_rx: sample?.rxBytesDelta ?? 0,
      current_net_tx: sample?.txBytesDelta ?? 0,
      networkMode: networkMode ?? '',
      link: decoration?.link ?? '',
      icon: decoration?.icon ?? '',
      tags: colour(decoration?.tags ?? '', tags),
      image
    }
  })
}
