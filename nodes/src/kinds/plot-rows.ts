import type { Cell } from "@clipwork/engine";
import type { PlotValue } from "./plot-data.ts";

/** The numbers of a plot as a table in long form: a row of names, then a row per point, bar, bin or cell. */
export function plotRows(plot: PlotValue): readonly (readonly Cell[])[] {
  switch (plot.plot) {
    case "line":
    case "scatter": {
      const ends = endsOf(plot.series);
      return [
        ["series", plot.xLabel || "x", plot.yLabel || "y", ...ends],
        ...plot.series.flatMap((one) =>
          one.x.map((x, i) => [one.name, x, one.y[i]!, ...ends.map((end) => one[end]?.[i] ?? null)]),
        ),
      ];
    }
    case "bar": {
      const ends = endsOf(plot.series);
      return [
        ["series", plot.xLabel || "category", plot.yLabel || "value", ...ends],
        ...plot.series.flatMap((one) =>
          one.values.map((y, i) => [one.name, plot.categories[i]!, y, ...ends.map((end) => one[end]?.[i] ?? null)]),
        ),
      ];
    }
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

/** The columns for intervals, if some series has them; they are empty for one that does not. */
function endsOf(series: readonly { readonly low?: readonly number[] }[]): readonly ("low" | "high")[] {
  return series.some(({ low }) => low !== undefined) ? ["low", "high"] : [];
}
