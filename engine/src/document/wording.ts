/** A name or value as messages show it: quoted, on one line, shortened. */
export function show(value: unknown): string {
  if (typeof value === "string") return shorten(JSON.stringify(value));
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === "object") return "an object";
  return shorten(String(value));
}

const longest = 80;
/** Nobody reads a list of more names than this, and a hostile workflow could make building the list expensive. */
const mostNames = 200;

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 2)}…"`;
}

/** The names as a sentence lists them, at most ten of them. Looks at no more than 201. */
export function listNames(names: Iterable<string>): string {
  const some = take(names, mostNames + 1);
  const shown = some.slice(0, 10).map(show);
  const more = some.length > mostNames ? "many" : some.length - shown.length;
  if (more !== 0) return `${shown.join(", ")} and ${more} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

function take(names: Iterable<string>, count: number): string[] {
  const taken: string[] = [];
  for (const name of names) if (taken.push(name) === count) break;
  return taken;
}

/** The name that was probably meant, or undefined if none is close. */
function closest(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.max(1, Math.floor(name.length / 3))) + 1;
  for (const candidate of names) {
    const distance = editDistance(name, candidate, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** "Did you mean …?" if a name is close, else the list of available names. Looks at no more than 201 names. */
export function suggest(name: string, names: Iterable<string>, noun: string): string {
  const some = take(names, mostNames + 1);
  const near = closest(name, some);
  if (near !== undefined) return `Did you mean ${show(near)}?`;
  return some.length === 0 ? `There is no ${noun} to choose from; remove it.` : `Choose one of ${listNames(some)}.`;
}

/**
 * The edits between the two in lower case, or `limit` as soon as they cannot be fewer. An edit is a letter more, less or other, or two
 * neighbours swapped (optimal string alignment distance).
 */
function editDistance(one: string, other: string, limit: number): number {
  if (Math.abs(one.length - other.length) >= limit || one.length > 64) return limit;
  const a = one.toLowerCase();
  const b = other.toLowerCase();
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : limit;
      next.push(Math.min(replaced, swapped, row[j]! + 1, next[j - 1]! + 1));
    }
    if (Math.min(...next) >= limit) return limit;
    before = row;
    row = next;
  }
  return row[b.length]!;
}
