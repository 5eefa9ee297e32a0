/** What eviction has to know of an entry: bytes, milliseconds to compute it, the store's clock when it was last used. */
export type Weighed = { readonly size: number; readonly cost: number; readonly since: number; readonly used: number };

/**
 * GreedyDual-Size (Cao and Irani, USENIX Symposium on Internet Technologies and Systems 1997): what is dear a byte and was used
 * lately stays. H = L + cost / size, with L as it was at the entry's last use.
 */
export function priorityOf({ size, cost, since }: Weighed): number {
  return since + cost / Math.max(size, 1);
}

/** The entries, that which goes first in front: the least priority, and of equal ones that used longest ago. */
export function inOrderOfLeaving<E extends Weighed>(entries: readonly E[]): E[] {
  return entries.toSorted((a, b) => priorityOf(a) - priorityOf(b) || a.used - b.used);
}

/**
 * Those that have to go so that the rest fits into `budget` bytes, and the clock after that: L rises to the priority of what
 * went last, so that what is not used again grows old beside what comes.
 */
export function chooseLeaving<E extends Weighed>(
  entries: readonly E[],
  budget: number,
  clock: number,
): { readonly leaving: readonly E[]; readonly clock: number } {
  let total = entries.reduce((sum, { size }) => sum + size, 0);
  // A clock that was lost is found again in the entries.
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
