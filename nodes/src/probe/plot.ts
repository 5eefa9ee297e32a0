import { NodeError, p, type TableColumn } from "@clipwork/engine";
import type { PlotValue } from "../kinds/plot-data.ts";
import { t } from "../kinds/t.ts";
import type { TableValue } from "../kinds/table.ts";
import { defineNode } from "../stage/services.ts";

export const plotTable = defineNode({
  type: "probe.plot",
  version: 1,
  title: "Plot",
  summary:
    "Draws columns of a table as lines, points, bars, a histogram or a heat map; rows with a gap in one of them are left out.",
  inputs: { table: t.table("The table.") },
  outputs: { plot: t.plot("The plot.") },
  params: {
    kind: p.choice("What is drawn.", ["line", "scatter", "bar", "histogram", "heat-map"], "line"),
    x: p.text(
      "The column along the bottom, or the names of a heat map's rows; empty takes the first. A histogram has none.",
      { maxLength: 200 },
    ),
    y: p.text("The columns to draw, with commas between; empty takes all other columns of numbers.", {
      maxLength: 2000,
    }),
    bins: p.integer("Bars of a histogram.", { default: 20, min: 2, max: 500 }),
    title: p.text("What stands above the plot.", { maxLength: 200 }),
  },
  run: ({ table }, params) => ({ plot: draw(table, params) }),
});

type Params = {
  readonly kind: string;
  readonly x: string;
  readonly y: string;
  readonly bins: number;
  readonly title: string;
};

function draw(table: TableValue, params: Params): PlotValue {
  const { kind, title, bins } = params;
  const { across, drawn } = chooseColumns(table, params);
  const rows = filledRows(table, across ? [across, ...drawn] : drawn);
  const numbers = ({ values }: TableColumn) => rows.map((row) => Number(values[row]));
  const texts = ({ values }: TableColumn) => rows.map((row) => String(values[row]));
  const only = drawn.length === 1 ? drawn[0]!.name : "";
  if (!across) return { plot: "histogram", title, xLabel: only, yLabel: "count", ...countBins(drawn, numbers, bins) };
  if (kind === "heat-map") {
    const values = rows.flatMap((row) => drawn.map((column) => Number(column.values[row])));
    return {
      plot: kind,
      title,
      xLabel: "",
      yLabel: across.name,
      columns: drawn.map(nameOf),
      rows: texts(across),
      values,
    };
  }
  const labels = { title, xLabel: across.name, yLabel: only };
  const series = drawn.map((column) => ({ name: column.name, values: numbers(column) }));
  if (kind === "bar") return { ...labels, plot: "bar", categories: texts(across), series };
  if (!isNumeric(across))
    throw new NodeError(
      `The column "${across.name}" holds ${across.type}, so nothing can stand above it.`,
      "Choose a column of numbers for x, or bars.",
    );
  const along = numbers(across);
  const plot = kind === "scatter" ? "scatter" : "line";
  return { ...labels, plot, series: series.map(({ name, values }) => ({ name, x: along, y: values })) };
}

/** The column along the bottom, which a histogram does not have, and those that are drawn. */
function chooseColumns(table: TableValue, { kind, x, y }: Params) {
  const across = kind === "histogram" ? undefined : x === "" ? table.columns[0]! : find(table, x);
  const names = y
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  const drawn =
    names.length > 0
      ? names.map((name) => find(table, name))
      : table.columns.filter((one) => one !== across && isNumeric(one));
  const text = drawn.find((column) => !isNumeric(column));
  if (text)
    throw new NodeError(
      `The column "${text.name}" holds ${text.type}, which cannot be drawn.`,
      "Name columns of numbers.",
    );
  if (drawn.length === 0) throw new NodeError("The table has no column of numbers to draw.", "Name one in y.");
  return { across, drawn };
}

/** The numbers of the rows where none of these columns is empty. */
function filledRows(table: TableValue, columns: readonly TableColumn[]): readonly number[] {
  const rows = table.columns[0]!.values.flatMap((_, row) =>
    columns.every(({ values }) => values[row] !== null) ? [row] : [],
  );
  if (rows.length > 0) return rows;
  throw new NodeError("The table has no row whose columns are all filled.", "Give a table with rows.");
}

function nameOf({ name }: TableColumn): string {
  return name;
}

function find({ columns }: TableValue, name: string): TableColumn {
  const column = columns.find((one) => one.name === name);
  if (column) return column;
  throw new NodeError(
    `The table has no column "${name}".`,
    `It has ${columns.map((one) => `"${one.name}"`).join(", ")}.`,
  );
}

function isNumeric({ type }: TableColumn): boolean {
  return type === "number" || type === "integer";
}

/** Bins of equal width from the least to the largest value of all series; the last one takes its upper edge. */
function countBins(drawn: readonly TableColumn[], numbers: (column: TableColumn) => readonly number[], bins: number) {
  const all = drawn.map((column) => ({ name: column.name, numbers: numbers(column) }));
  let [least, most] = [Infinity, -Infinity];
  for (const value of all.flatMap((one) => one.numbers)) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (least === most) [least, most] = [least - 0.5, most + 0.5];
  const edges = Array.from({ length: bins + 1 }, (_, i) => least + ((most - least) * i) / bins);
  const series = all.map(({ name, numbers }) => {
    const values = new Array<number>(bins).fill(0);
    for (const value of numbers) {
      const bin = Math.min(bins - 1, Math.floor(((value - least) / (most - least)) * bins));
      values[bin] = values[bin]! + 1;
    }
    return { name, values };
  });
  return { edges, series };
}
