/**
 * Makes something of an object once, and keeps it for as long as the object lives.
 * @param make what is made; it must depend on nothing else that changes
 */
export function kept<Key extends object, Value> (make: (key: Key) => Value): (key: Key) => Value {
  const values = new WeakMap<Key, { value: Value }>()
  return key => {
    const known = values.get(key)
    if (known) return known.value
    const value = make(key)
    values.set(key, { value })
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
export function remembered<Value> (find: (text: string) => Value): (text: string | undefined) => Value {
  const values = new Map<string, { value: Value }>()
  return (text = '') => {
    const known = values.get(text)
    if (known) return known.value
    if (values.size === MOST) values.clear()
    const value = find(text)
    values.set(text, { value })
    return value
  }
}
