/**
 * The list with one more element at its end; a new list if there is none yet. Most of the many lists of a large graph stay
 * empty or hold one element, and a list that grows by `push` reserves room for sixteen more.
 */
export function append<T>(list: T[] | undefined, element: T): T[] {
  if (!list) return [element];
  list.push(element);
  return list;
}
