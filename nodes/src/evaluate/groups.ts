import { NodeError } from "@clipwork/engine";
import { requireOneEach } from "../kinds/one-each.ts";
import type { Host } from "../stage/stage.ts";

/** What distinguishes items: the name of a series, such as which sampler made them, and a number, such as their guidance scale. */
export type Key = { readonly series?: string; readonly group?: number };

/** The places of the items of one key, in the order of their list. */
export type Group = Key & { readonly items: readonly number[] };

/** A name and a number for each item; undefined where nothing is linked. */
export type Keys = { readonly series: readonly string[] | undefined; readonly groups: readonly number[] | undefined };

/**
 * The places of `count` items by series, in the order of their names' first use, and in it by the groups' numbers. Throws NodeError unless
 * there is a name and a number for each item, or none.
 */
export function groupItems(count: number, { series, groups }: Keys, what: string): readonly Group[] {
  requireOneEach("series", series, count, what);
  requireOneEach("groups", groups, count, what);
  const found = new Map<string, { key: Key; items: number[] }>();
  for (let i = 0; i < count; i++) {
    const key = { ...(series && { series: series[i]! }), ...(groups && { group: groups[i]! }) };
    const known = found.get(JSON.stringify(key)) ?? { key, items: [] };
    known.items.push(i);
    found.set(JSON.stringify(key), known);
  }
  const names = [...new Set(series)];
  const place = ({ series }: Key) => (series === undefined ? 0 : names.indexOf(series));
  return [...found.values()]
    .map(({ key, items }) => ({ ...key, items }))
    .sort((a, b) => place(a) - place(b) || (a.group ?? 0) - (b.group ?? 0));
}

/** Throws NodeError if there are fewer than `least` items; `what` is what they are, as "embeddings". */
export function requireItems(count: number, least: number, what: string, { series, group }: Key = {}): void {
  if (count >= least) return;
  const where = [
    ...(group === undefined ? [] : [` in group ${group}`]),
    ...(series === undefined ? [] : [` of "${series}"`]),
  ].join("");
  throw new NodeError(
    `There ${count === 1 ? "is 1" : `are ${count}`} of the ${what}${where}, but at least ${least} are needed.`,
    `Link more ${what}.`,
  );
}

/** Warns of groups of a single item, whose bootstrap interval is its value alone; `what` is what the items are, as "pictures". */
export function warnOfSingles(groups: readonly Group[], what: string, { notice }: Pick<Host, "notice">): void {
  const count = groups.filter(({ items }) => items.length === 1).length;
  if (count === 0) return;
  const where = groups.length === 1 ? "There" : `In ${count} of ${groups.length} groups there`;
  notice(`${where} is only one of the ${what}, which has no interval: "low" and "high" are its own value.`);
}

/** The groups of groupItems. Throws NodeError as it does, and if one of them has fewer than `least` items. */
export function requireGroups(least: number, count: number, keys: Keys, what: string): readonly Group[] {
  const grouped = groupItems(count, keys, what);
  for (const { items, ...key } of grouped) requireItems(items.length, least, what, key);
  return grouped;
}

/** Every two of a set are compared, on one thread: as many take about a second. */
const mostCompared = 2000;

/** Throws NodeError if so many items are too many for each to be compared with each. */
export function requireFew(count: number, what: string): void {
  if (count <= mostCompared) return;
  throw new NodeError(
    `There are ${count} ${what}, but at most ${mostCompared.toLocaleString("en")} can be compared pair by pair.`,
    `Link fewer ${what}.`,
  );
}
