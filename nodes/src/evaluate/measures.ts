import type { PlotValue } from "../kinds/plot-data.ts";
import { column, type TableValue } from "../kinds/table.ts";
import type { Interval } from "../statistics/interval.ts";
import type { Key } from "./groups.ts";

/** One figure: what was measured, over how many items, and its 95 % interval. */
export type Measure = Interval & { readonly name: string; readonly count: number; readonly value: number };

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
