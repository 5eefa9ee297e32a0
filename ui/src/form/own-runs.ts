import type { StoragePort } from "../editor/ports.ts";
import { createStore, type Readable } from "../editor/store.ts";

/** The runs that were begun in this form in this browser, newest first: others may use the same form. */
export type OwnRuns = Readable<readonly string[]> & { add(run: string): void; forget(run: string): void };

/** How many are remembered. */
const most = 40;

export function createOwnRuns(storage: Pick<StoragePort, "read" | "write">, form: string): OwnRuns {
  const key = `clipwork.form ${form}`;
  const { get, set, listen } = createStore<readonly string[]>(readKept(storage.read(key)));
  const keep = (runs: readonly string[]) => {
    set(runs);
    storage.write(key, JSON.stringify(runs));
  };
  return {
    get,
    listen,
    add: (run) => keep([run, ...get().filter((other) => other !== run)].slice(0, most)),
    forget: (run) => keep(get().filter((other) => other !== run)),
  };
}

/** What is kept in a browser may be of any shape. */
function readKept(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  try {
    const kept: unknown = JSON.parse(text);
    return Array.isArray(kept) ? kept.filter((run) => typeof run === "string") : [];
  } catch {
    return [];
  }
}
