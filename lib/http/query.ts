import { parse } from 'node:querystring'

/** Parses a query string; `host[]=a&host[]=b` means the same as `host=a&host=b`, because many clients send that. */
export function parseQuery (text: string): Record<string, unknown> {
  if (text === '') return {}
  const query = new Map<string, string[]>()
  for (const [key, value = []] of Object.entries(parse(text))) {
    const name = key.replace(/\[\]$/, '')
    query.set(name, [...query.get(name) ?? [], ...[value].flat()])
  }
  return Object.fromEntries([...query].map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
}
