import { NodeError } from "@clipwork/engine";
import type { PlotValue } from "../kinds/plot-data.ts";
import { column, type TableValue } from "../kinds/table.ts";
import type { Interval } from "../statistics/interval.ts";

/** One figure: what was measured, over how many items, and its 95 % interval. */
export type Measure = Interval & { readonly name: string; readonly count: number; readonly value: number };

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

/** What tells items apart: the name of a series, such as which sampler made them, and a number, such as their guidance scale. */
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
  for (const [port, given] of Object.entries({ series, groups }))
    if (given && given.length !== count)
      throw new NodeError(
        `There are ${count} ${what}, but ${given.length} items in "${port}".`,
        `Link a list with one for each of the ${what}, or nothing.`,
      );
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

/** Measures of the items of one key. */
export type Measured = Key & { readonly measures: readonly Measure[] };

/** A row per figure: its series and group if there are such, the measure, its value and interval, and the number of items. */
export function measureTable(measured: readonly Measured[]): TableValue {
  const rows = rowsOf(measured);
  const has = (key: keyof Key) => rows[0]?.[key] !== undefined;
  return {
    columns: [
      ...(has("series") ? [column("series", "text", rows, ({ series }) => series ?? null)] : []),
      ...(has("group") ? [column("group", "number", rows, ({ group }) => group ?? null)] : []),
      column("measure", "text", rows, ({ name }) => name),
      column("value", "number", rows, ({ value }) => value),
      column("low", "number", rows, ({ low }) => low),
      column("high", "number", rows, ({ high }) => high),
      column("items", "integer", rows, ({ count }) => count),
    ],
  };
}

/**
 * A line per measure and series over the groups, or a bar per measure and series if there are no groups; each value with its
 * interval.
 */
export function measurePlot(title: string, yLabel: string, measured: readonly Measured[]): PlotValue {
  const several = new Set(measured.flatMap(({ measures }) => measures.map(({ name }) => name))).size > 1;
  const rows = rowsOf(measured).map((row) => ({ ...row, label: labelOf(row, several) }));
  const ends = (found: readonly Measure[]) => ({
    low: found.map(({ low }) => low),
    high: found.map(({ high }) => high),
  });
  if (rows[0]?.group === undefined) {
    const series = [{ name: yLabel, values: rows.map(({ value }) => value), ...ends(rows) }];
    return { plot: "bar", title, xLabel: "", yLabel, categories: rows.map(({ label }) => label), series };
  }
  const series = [...new Set(rows.map(({ label }) => label))].map((name) => {
    const points = rows.filter(({ label }) => label === name);
    return { name, x: points.map(({ group }) => group ?? 0), y: points.map(({ value }) => value), ...ends(points) };
  });
  return { plot: "line", title, xLabel: "group", yLabel, series };
}

function rowsOf(measured: readonly Measured[]): readonly (Measure & Key)[] {
  return measured.flatMap(({ measures, ...key }) => measures.map((measure) => ({ ...measure, ...key })));
}

function labelOf({ series, name }: Measure & Key, several: boolean): string {
  if (series === undefined) return name;
  return several ? `${name}, ${series}` : series;
}
