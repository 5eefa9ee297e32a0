import type { Cell } from "@clipwork/engine";
import type { PlotValue } from "./plot-data.ts";

/** The numbers of a plot as a table in long form: a row of names, then a row per point, bar, bin or cell. */
export function plotRows(plot: PlotValue): readonly (readonly Cell[])[] {
  switch (plot.plot) {
    case "line":
    case "scatter":
      return [
        ["series", plot.xLabel || "x", plot.yLabel || "y", ...ends(plot.series)],
        ...plot.series.flatMap(({ name, x, y, low, high }) =>
          x.map((value, i) => [name, value, y[i]!, ...interval(low, high, i)]),
        ),
      ];
    case "bar":
      return [
        ["series", plot.xLabel || "category", plot.yLabel || "value", ...ends(plot.series)],
        ...plot.series.flatMap(({ name, values, low, high }) =>
          values.map((value, i) => [name, plot.categories[i]!, value, ...interval(low, high, i)]),
        ),
      ];
    case "histogram":
      return [
        ["series", "from", "to", plot.yLabel || "count"],
        ...plot.series.flatMap(({ name, values }) =>
          values.map((value, i) => [name, plot.edges[i]!, plot.edges[i + 1]!, value]),
        ),
      ];
    case "heat-map":
      return [
        [plot.yLabel || "row", plot.xLabel || "column", "value"],
        ...plot.values.map((value, i) => {
          const row = Math.floor(i / plot.columns.length);
          return [plot.rows[row]!, plot.columns[i % plot.columns.length]!, value];
        }),
      ];
  }
}

type Ends = readonly number[] | undefined;

/** The names of the columns for intervals, if a series has them. */
function ends(series: readonly { readonly low?: Ends }[]): readonly string[] {
  return series.some(({ low }) => low !== undefined) ? ["low", "high"] : [];
}

function interval(low: Ends, high: Ends, i: number): readonly number[] {
  return low && high ? [low[i]!, high[i]!] : [];
}
