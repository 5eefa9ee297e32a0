/** No file that is read has lists and objects within each other to such a depth. */
export const mostDepth = 64;

/**
 * Whether parsed JSON has lists or objects nested deeper than that. `JSON.parse` reads any depth, but whatever walks through what it
 * returns, `JSON.stringify` included, may run out of stack.
 */
export function isTooDeep(json: unknown): boolean {
  let level = [json];
  for (let depth = 0; depth <= mostDepth; depth++) {
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
    if (level.length === 0) return false;
  }
  return true;
}
