/** The container's own name (link aliases have a second slash). A dead container may have none: then its short ID. */
export function nameOf ({ id, names }: { id: string, names: readonly string[] }): string {
  const name = names.find(entry => entry.lastIndexOf('/') <= 0)
  return name?.replace('/', '') || id.slice(0, 12)
}

/** The containers that match a name or ID prefix; an exact name takes precedence. */
export function candidates<T extends { id: string, name: string }> (containers: readonly T[], given: string): T[] {
  const named = containers.filter(({ name }) => name === given)
  return named.length > 0 ? named : containers.filter(({ id }) => given !== '' && id.startsWith(given))
}
