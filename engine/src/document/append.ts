/**
 * The list with one more at its end, made when there is none. Of the many lists of a large graph most stay empty or have one
 * element, and a list that grows by `push` keeps room for sixteen more.
 */
export function append<T>(list: T[] | undefined, element: T): T[] {
  if (!list) return [element];
  list.push(element);
  return list;
}
