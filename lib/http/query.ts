import { parse } from 'node:querystring'

/** The query of a URL; `host[]=a&host[]=b`, as many clients write lists, is the same as `host=a&host=b`. */
export function parseQuery (text: string): Record<string, unknown> {
  if (text === '') return {}
  const query = new Map<string, string[]>()
  for (const [key, value = []] of Object.entries(parse(text))) {
    const name = key.replace(/\[\]$/, '')
    query.set(name, [...query.get(name) ?? [], ...[value].flat()])
  }
  return Object.fromEntries([...query].map(([name, values]) => [name, values.length === 1 ? values[0] : values]))
}
