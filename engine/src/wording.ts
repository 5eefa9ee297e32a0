/** A name or value as messages show it: quoted, on one line, shortened. */
export function show(value: unknown): string {
  if (typeof value === "string") return shorten(JSON.stringify(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  return shorten(String(value));
}

const longest = 80;

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 2)}…"`;
}

/** The names as a sentence lists them, at most ten of them. */
export function listNames(names: Iterable<string>): string {
  const all = [...names];
  const shown = all.slice(0, 10).map(show);
  if (all.length > shown.length) return `${shown.join(", ")} and ${all.length - shown.length} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** The name that was probably meant, or undefined when none is near. Looks at no more than 200 names. */
export function closest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(name.length / 3))) + 1;
  let looked = 0;
  for (const candidate of names) {
    if (looked++ === 200) break;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** "Did you mean …?" where a name is near, else the list of what there is. */
export function suggest(name: string, names: Iterable<string>, noun: string): string {
  const all = [...names];
  const near = closest(name, all);
  if (near !== undefined) return `Did you mean ${show(near)}?`;
  return all.length === 0 ? `There is no ${noun} to choose from; remove it.` : `Choose one of ${listNames(all)}.`;
}

/** Levenshtein's distance, or `limit` as soon as it cannot be less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 64) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    row = next;
  }
  return row[b.length]!;
}
