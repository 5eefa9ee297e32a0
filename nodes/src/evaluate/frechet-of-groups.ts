import type { Host } from "../stage/stage.ts";
import { symmetricRoot } from "../statistics/eigen.ts";
import { frechetFrom } from "../statistics/frechet.ts";
import { type Moments, moments } from "../statistics/moments.ts";
import type { Group } from "./groups.ts";
import { type Measured, measurePlot, measureTable } from "./measures.ts";
import { type Bootstrap, resampled } from "./resampled.ts";

/** What tells one Fréchet distance from another: the measure's name in tables, and where it is taken, in words. */
export type FrechetName = { readonly name: string; readonly where: string };

/**
 * The Fréchet distance of each group of made pictures' vectors [D] from real ones, with a bootstrap interval: table and plot, and a preview
 * of the table after each group. Groups have at least two pictures. `done` of the steps of its progress are behind it.
 */
export async function frechetOfGroups(
  made: readonly Float64Array[],
  reference: Moments,
  { name, where }: FrechetName,
  options: { readonly grouped: readonly Group[]; readonly bootstrap: Bootstrap; readonly done?: number },
  host: Pick<Host, "notice" | "preview" | "progress" | "signal">,
) {
  const { grouped, bootstrap, done = 0 } = options;
  const size = reference.mean.length;
  const counts = grouped.map(({ items }) => items.length);
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  const few = fewest <= size;
  if (few && fewest < most)
    host.notice(
      `A covariance of ${size} dimensions needs more than ${size} pictures, and the groups have ${fewest} to ${most}: ` +
        "fewer pictures give a larger distance, so the groups cannot be compared.",
    );
  const root = symmetricRoot(reference.covariance, size);
  const distance = (items: readonly number[]) => frechetFrom(reference, root, moments(items.map((i) => made[i]!)));
  const steps = done + grouped.length * bootstrap.resamples;
  const measured: Measured[] = [];
  for (const [place, { items, ...key }] of grouped.entries()) {
    const statistic = (drawn: Int32Array) => distance(Array.from(drawn, (i) => items[i]!));
    const at = { host, done: done + place * bootstrap.resamples, steps };
    const [count, value] = [items.length, distance(items)];
    const interval = await resampled({ count, value }, statistic, bootstrap, at);
    measured.push({ ...key, measures: [{ name, count, value, ...interval }] });
    host.preview("table", measureTable(measured));
  }
  const caution = few ? `, ${fewest} pictures for ${size} dimensions: too large` : "";
  return {
    table: measureTable(measured),
    plot: measurePlot(`Fréchet distance in ${where}${caution}`, "distance", measured),
  };
}
