import { rmSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { placeOf, readEntry } from "./entry-files.ts";
import type { EntryIndex } from "./entry-index.ts";
import { chooseLeaving } from "./eviction.ts";
import type { StoredEntry } from "./value-store.ts";

/** So many entries are looked at together, between two turns of the thread. */
const lookedAt = 128;

/**
 * Removes the entries of a folder that are worth least, until the rest fits into `budget` bytes. Returns them, and the clock after that. The
 * index says what to look at: what is worth more than its row says, since it was used, goes back to its place among the others.
 */
export async function letGo(
  folder: string,
  { index, clock: before, budget }: { readonly index: EntryIndex; readonly clock: number; readonly budget: number },
): Promise<{ readonly left: readonly StoredEntry[]; readonly clock: number }> {
  const left: StoredEntry[] = [];
  let clock = before;
  for (let over = index.bytes - budget; over > 0; over = index.bytes - budget) {
    const rows = index.least(lookedAt);
    if (rows.length === 0) break;
    // A clock that was lost is found again in the entries.
    if (left.length === 0) clock = Math.max(clock, index.latest);
    const entries = rows.flatMap(({ key }) => readEntry(folder, key) ?? []);
    if (!correct(index, rows, entries)) {
      const chosen = chooseLeaving(
        entries,
        entries.reduce((sum, { size }) => sum + size, -over),
        clock,
      );
      for (const { key } of chosen.leaving) rmSync(placeOf(folder, key), { force: true });
      index.change(
        [],
        chosen.leaving.map(({ key }) => key),
      );
      left.push(...chosen.leaving);
      clock = chosen.clock;
    }
    await turn();
  }
  return { left, clock };
}

/** Writes anew what the index has otherwise than the files say. Returns whether that was so. */
function correct(index: EntryIndex, rows: readonly StoredEntry[], entries: readonly StoredEntry[]): boolean {
  const found = new Map(entries.map((entry) => [entry.key, entry]));
  const gone = rows.filter(({ key }) => !found.has(key));
  const other = rows.flatMap((row) => {
    const entry = found.get(row.key);
    const same = !entry || (row.size === entry.size && row.cost === entry.cost && row.since === entry.since);
    return same ? [] : [entry];
  });
  index.change(
    other,
    gone.map(({ key }) => key),
  );
  return other.length + gone.length > 0;
}
