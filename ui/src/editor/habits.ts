import type { StoragePort } from "./ports.ts";

/** What is remembered of documents in this browser, beside the documents themselves: a word for each. */
export type Habits = {
  get(document: string): string | undefined;
  /** Without a word it is forgotten. */
  set(document: string, word: string | undefined): void;
};

/** Documents that are remembered. */
const most = 200;

/** The habits of one name. */
export function habitsIn(storage: Pick<StoragePort, "read" | "write">, name: string): Habits {
  const key = `clipwork.${name}`;
  const read = (): readonly (readonly [string, string])[] => {
    try {
      const known: unknown = JSON.parse(storage.read(key) ?? "[]");
      return Array.isArray(known) ? known.filter((one) => Array.isArray(one) && one.length === 2) : [];
    } catch {
      // Somebody else wrote it: it is begun anew.
      return [];
    }
  };
  return {
    get: (document) => read().find(([id]) => id === document)?.[1],
    set(document, word) {
      const others = read().filter(([id]) => id !== document);
      const all = word === undefined ? others : [...others, [document, word]];
      storage.write(key, JSON.stringify(all.slice(-most)));
    },
  };
}
