/** What a map holds under a name that the caller knows to be there. Throws if it is not, which is a bug of the caller. */
export function named<T>(map: { readonly [name: string]: T }, name: string): T {
  const found = Object.hasOwn(map, name) ? map[name] : undefined;
  if (found === undefined) throw new Error(`Bug: nothing is called "${name}", only ${Object.keys(map).join(", ")}.`);
  return found;
}
