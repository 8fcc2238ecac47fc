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
