/** The container's own name (link aliases have a second slash). A dead container may have none: then its short ID. */
export function nameOf ({ id, names }: { id: string, names: readonly string[] }): string {
  const name = names.find(entry => entry.lastIndexOf('/') <= 0)
  return name?.replace('/', '') || id.slice(0, 12)
}
