import { existsSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An icon of Simple Icons, as DockStat (`SI:docker`, `SI:SiDocker`) and Homepage (`si-docker`) name it. */
const SIMPLE = /^si[:-](?:Si(?=[A-Z\d]))?([a-z\d]+)$/i

/** Files that browsers show as pictures. */
const PICTURES = new Set(['.svg', '.png', '.jpg', '.jpeg', '.gif', '.webp', '.avif', '.ico'])

export interface IconFile {
  folder: string
  name: string
}

/** The folder of Simple Icons. */
const PACKAGED = dirname(fileURLToPath(import.meta.resolve('simple-icons/icons/simpleicons.svg')))

const fileIn = (folder: string, name: string): IconFile | null =>
  existsSync(join(folder, name)) ? { folder, name } : null

/**
 * The file of an icon; null if there is none.
 * @param icon as the configuration or a label names it
 * @param folder absolute path of icons of the user's own; null without one
 */
export function iconFile (icon: string, folder: string | null): IconFile | null {
  const [, slug] = SIMPLE.exec(icon) ?? []
  if (slug !== undefined) return fileIn(PACKAGED, `${slug.toLowerCase()}.svg`)
  const isPicture = basename(icon) === icon && PICTURES.has(extname(icon).toLowerCase())
  return folder !== null && isPicture ? fileIn(folder, icon) : null
}
