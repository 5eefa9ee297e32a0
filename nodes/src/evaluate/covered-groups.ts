import type { Host } from "../stage/stage.ts";
import { wilson } from "../statistics/interval.ts";
import { precisionRecall } from "../statistics/precision-recall.ts";
import type { Vector } from "../vectors/vectors.ts";
import { type Group, type Keys, requireFew, requireGroups, requireItems } from "./groups.ts";
import { type Measure, measurePlot, measureTable } from "./measures.ts";

/** Sets of one size: a manifold of more pictures is wider. */
export type Sets = { readonly grouped: readonly Group[]; readonly count: number; readonly neighbours: number };

/** Of how many pictures the sets are that can be compared. Throws NodeError for a set of too few, and for too many to be compared. */
export function requireSets(made: number, real: number, keys: Keys, neighbours: number): Sets {
  requireItems(real, neighbours + 1, "real pictures");
  const grouped = requireGroups(neighbours + 1, made, keys, "made pictures");
  const count = Math.min(real, ...grouped.map(({ items }) => items.length));
  requireFew(count, "made and real pictures");
  return { grouped, count, neighbours };
}

/** Precision and recall of each group of made pictures' vectors [D] and of real ones, with Wilson intervals: table and plot. */
export function coveredGroups(
  made: readonly Vector[],
  real: readonly Vector[],
  { grouped, count, neighbours }: Sets,
  where: string,
  { signal }: Pick<Host, "signal">,
) {
  const measured = grouped.map(({ items, ...key }) => {
    signal.throwIfAborted();
    const sets = [real.slice(0, count), items.slice(0, count).map((i) => made[i]!)] as const;
    const covered = precisionRecall(...sets, neighbours);
    return { ...key, measures: [share("precision", covered.made), share("recall", covered.real)] };
  });
  const title = `Precision and recall in ${where}, ${neighbours} ${neighbours === 1 ? "neighbour" : "neighbours"}, ${count} pictures a set`;
  return { table: measureTable(measured), plot: measurePlot(title, "share", measured) };
}

function share(name: string, inside: readonly boolean[]): Measure {
  const count = inside.filter(Boolean).length;
  return { name, count: inside.length, value: count / inside.length, ...wilson(count, inside.length) };
}
