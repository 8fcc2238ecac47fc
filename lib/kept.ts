/**
 * Makes something of an object once, and keeps it for as long as the object lives.
 * @param make what is made; it must depend on nothing else that changes
 */
export function kept<Key extends object, Value> (make: (key: Key) => Value): (key: Key) => Value {
  const values = new WeakMap<Key, { value: Value }>()
  return key => {
    const known = values.get(key) ?? { value: make(key) }
    values.set(key, known)
    return known.value
  }
}

/** Header values remembered at most: clients send few different ones. */
const MOST = 100

/**
 * Finds what a header says, and remembers that.
 * @param find what is found; it must depend on nothing else that changes
 * @returns the same for a header, and for an empty one where there is none
 */
export function remembered<Value> (find: (header: string) => Value): (header: string | undefined) => Value {
  const values = new Map<string, { value: Value }>()
  return (header = '') => {
    const known = values.get(header) ?? { value: find(header) }
    if (values.size === MOST) values.clear()
    values.set(header, known)
    return known.value
  }
}
