import type { Host } from "../stage/stage.ts";
import { wilson } from "../statistics/interval.ts";
import { precisionRecall } from "../statistics/precision-recall.ts";
import type { Vector } from "../vectors/vectors.ts";
import { groupItems, type Keys, requireFew, requireItems } from "./groups.ts";
import { type Measure, measurePlot, measureTable } from "./measures.ts";

/**
 * Precision and recall of each group of made pictures' vectors [D] and of real ones, with Wilson intervals: table and plot. Throws NodeError
 * for a group or a reference of too few, and for too many to be compared.
 */
export function coveredGroups(
  made: readonly Vector[],
  real: readonly Vector[],
  { keys, neighbours, where }: { readonly keys: Keys; readonly neighbours: number; readonly where: string },
  { signal }: Pick<Host, "signal">,
) {
  requireItems(real.length, neighbours + 1, "real pictures");
  const grouped = groupItems(made.length, keys, "made pictures");
  for (const { items, ...key } of grouped) requireItems(items.length, neighbours + 1, "made pictures", key);
  const count = Math.min(real.length, ...grouped.map(({ items }) => items.length));
  requireFew(count, "made and real pictures");
  const measured = grouped.map(({ items, ...key }) => {
    signal.throwIfAborted();
    // Sets of one size: a manifold of more pictures is wider.
    const sets = [real.slice(0, count), items.slice(0, count).map((i) => made[i]!)] as const;
    const covered = precisionRecall(...sets, neighbours);
    return { ...key, measures: [share("precision", covered.made), share("recall", covered.real)] };
  });
  const title = `Precision and recall in ${where}, ${neighbours} neighbours, ${count} pictures a set`;
  return { table: measureTable(measured), plot: measurePlot(title, "share", measured) };
}

function share(name: string, inside: readonly boolean[]): Measure {
  const count = inside.filter(Boolean).length;
  return { name, count: inside.length, value: count / inside.length, ...wilson(count, inside.length) };
}
