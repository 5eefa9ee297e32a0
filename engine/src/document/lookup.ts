/** The item at an index that the caller knows to be in the list. Throws if there is none, which is a bug of the caller. */
export function itemAt<T>(list: ArrayLike<T | undefined>, index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`Bug: a list of ${list.length} has no item ${index}.`);
  return item;
}

/** The value under a key that the caller knows to be in the map. Throws if there is none, which is a bug of the caller. */
export function valueUnder<K, V>(map: { get(key: K): V | undefined }, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`Bug: a map has nothing under ${String(key)}.`);
  return value;
}
