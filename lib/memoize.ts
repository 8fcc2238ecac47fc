import { LRUCache } from 'lru-cache'

/**
 * Memoizes `make` by object identity; an entry is collected together with its key. Once a promise has resolved, calls
 * return its value directly. A rejected promise is forgotten, so the next call tries again.
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

/** Clients send few distinct header values, so a small cache is enough. */
const MOST = 100

/** Memoizes a pure function of a string, such as a header; a missing one counts as empty. */
export function memoizeText<Value> (find: (text: string) => Value): (text: string | undefined) => Value {
  const cache = new LRUCache<string, { value: Value }>({ max: MOST, memoMethod: text => ({ value: find(text) }) })
  return (text = '') => cache.memo(text).value
}
