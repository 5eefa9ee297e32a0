/** What eviction has to know of an entry: bytes, milliseconds to compute it, the store's clock when it was last used. */
export type Weighed = { readonly size: number; readonly cost: number; readonly since: number; readonly used: number };

/**
 * GreedyDual-Size (Cao and Irani, USENIX Symposium on Internet Technologies and Systems 1997): what is expensive per byte
 * and recently used stays. H = L + cost / size, with L as it was at the entry's last use.
 */
export function priorityOf({ size, cost, since }: Weighed): number {
  return since + cost / Math.max(size, 1);
}

/** The entries in order of eviction: lowest priority first, and of equal ones the least recently used. */
export function inOrderOfLeaving<E extends Weighed>(entries: readonly E[]): E[] {
  return entries.toSorted((a, b) => priorityOf(a) - priorityOf(b) || a.used - b.used);
}

/**
 * The entries to evict so that the rest fits into `budget` bytes, and the clock after that: L rises to the priority of the
 * last one evicted, so that entries that are not used again age relative to new ones.
 */
export function chooseLeaving<E extends Weighed>(
  entries: readonly E[],
  budget: number,
  clock: number,
): { readonly leaving: readonly E[]; readonly clock: number } {
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  // A clock that was lost is recovered from the entries.
  let now = entries.reduce((latest, { since }) => Math.max(latest, since), clock);
  const leaving: E[] = [];
  for (const entry of inOrderOfLeaving(entries)) {
    if (total <= budget) break;
    total -= entry.size;
    leaving.push(entry);
    now = Math.max(now, priorityOf(entry));
  }
  return { leaving, clock: now };
}
