import { LRUCache } from 'lru-cache'

/**
 * Makes something of an object once, and keeps it for as long as the object lives.
 * @param make what is made; it must depend on nothing else that changes
 * @returns the same for an object: what a promise resolves to from then on, nothing that one was rejected for
 */
export function memoize<Key extends object, Value> (make: (key: Key) => Value): (key: Key) => Value | Awaited<Value> {
  const values = new WeakMap<Key, { value: Value | Awaited<Value> }>()
  return key => {
    const known = values.get(key)
    if (known) return known.value
    const value = make(key)
    values.set(key, { value })
    if (value instanceof Promise) value.then(value => values.set(key, { value }), () => values.delete(key))
    return value
  }
}

/** Texts remembered at most: of header values, clients send few different ones. */
const MOST = 100

/**
 * Finds what a text, such as a header, says, and remembers that.
 * @param find what is found; it must depend on nothing else that changes
 * @returns the same for a text, and for an empty one where there is none
 */
export function memoizeText<Value> (find: (text: string) => Value): (text: string | undefined) => Value {
  const cache = new LRUCache<string, { value: Value }>({ max: MOST, memoMethod: text => ({ value: find(text) }) })
  return (text = '') => cache.memo(text).value
}
