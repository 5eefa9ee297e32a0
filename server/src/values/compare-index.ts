import { setImmediate as turn } from "node:timers/promises";
import { beginningOf, beginningsIn, keysBeginning, readEntry } from "./entry-files.ts";
import type { EntryIndex } from "./entry-index.ts";

/** An index is compared again after this many milliseconds: a process that is killed between a file and its row leaves a file that nobody counts. */
const comparedForMs = 24 * 60 * 60 * 1000;

/** Whether so much may be missing in an index that nobody should rely on it. */
export function isDue(index: EntryIndex): boolean {
  const age = Date.now() - index.compared;
  // A clock that was set back makes none younger.
  return age < 0 || age > comparedForMs;
}

/**
 * Brings the index of a folder in line with its files, one folder of them after the other: what has no row gets one, and what has no file
 * loses it. Of files that have a row only the names are read.
 */
export async function compareIndex(folder: string, index: EntryIndex): Promise<void> {
  index.check();
  const begun = Date.now();
  const known = index.beginnings(beginningOf("abc").length);
  for (const beginning of new Set([...beginningsIn(folder), ...known])) {
    const rows = new Set(index.keysBeginning(beginning).filter((key) => beginningOf(key) === beginning));
    const files = new Set(keysBeginning(folder, beginning));
    const added = [...files].flatMap((key) => (rows.has(key) ? [] : (readEntry(folder, key) ?? [])));
    // The file comes before its row: a row without one is that of a file that has gone.
    const gone = [...rows].filter((key) => !files.has(key));
    index.change(added, gone);
    await turn();
  }
  index.compared = begun;
}
