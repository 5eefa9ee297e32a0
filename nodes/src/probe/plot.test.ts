import assert from "node:assert/strict";
import { test } from "node:test";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import type { TableValue } from "../kinds/table.ts";
import { runNode } from "../testing/index.ts";
import { plotTable } from "./plot.ts";

const table: TableValue = {
  columns: [
    { name: "seed", type: "integer", values: [1, 2, 3, 4] },
    { name: "norm", type: "number", values: [0, 1, null, 4] },
    { name: "cosine", type: "number", values: [0.5, 0.25, 0.1, 1] },
    { name: "shape", type: "text", values: ["cube", "ball", "cone", "cube"] },
  ],
};
const draw = async (params: object) => {
  const { plot } = (await runNode(plotTable, { table }, params)).outputs as { plot: PlotValue };
  assert.equal(plotKind.check(plot), undefined);
  return plot;
};

test("by default the other columns of numbers stand over the first, without the rows that are not filled", async () => {
  const plot = await draw({});
  assert.deepEqual(plot, {
    title: "",
    plot: "line",
    xLabel: "seed",
    yLabel: "",
    series: [
      { name: "norm", x: [1, 2, 4], y: [0, 1, 4] },
      { name: "cosine", x: [1, 2, 4], y: [0.5, 0.25, 1] },
    ],
  });
});

test("bars stand over text; points over a named column", async () => {
  const bars = await draw({ kind: "bar", x: "shape", y: "cosine", title: "T" });
  assert.ok(bars.plot === "bar");
  assert.deepEqual(bars.categories, ["cube", "ball", "cone", "cube"]);
  assert.deepEqual(bars.series, [{ name: "cosine", values: [0.5, 0.25, 0.1, 1] }]);
  assert.deepEqual([bars.title, bars.xLabel, bars.yLabel], ["T", "shape", "cosine"]);
  const points = await draw({ kind: "scatter", x: "cosine", y: " seed , norm" });
  assert.ok(points.plot === "scatter");
  assert.deepEqual(points.series[0], { name: "seed", x: [0.5, 0.25, 1], y: [1, 2, 4] });
});

test("a histogram counts every value once, the largest in the last bin; equal values fill one bin", async () => {
  const histogram = await draw({ kind: "histogram", y: "norm", bins: 4 });
  assert.ok(histogram.plot === "histogram");
  assert.deepEqual(histogram.edges, [0, 1, 2, 3, 4]);
  assert.deepEqual(histogram.series, [{ name: "norm", values: [1, 1, 0, 1] }]);
  const flat = { columns: [{ name: "a", type: "number", values: [2, 2] }] } as const;
  const { plot } = (await runNode(plotTable, { table: flat }, { kind: "histogram", bins: 2 })).outputs as {
    plot: PlotValue;
  };
  assert.ok(plot.plot === "histogram");
  assert.deepEqual(
    [plot.edges, plot.series[0]!.values],
    [
      [1.5, 2, 2.5],
      [0, 2],
    ],
  );
});

test("a heat map has a row for each row of the table, named by x, and a column for each of y", async () => {
  const map = await draw({ kind: "heat-map", x: "shape", y: "norm, cosine" });
  assert.deepEqual(map, {
    plot: "heat-map",
    title: "",
    xLabel: "",
    yLabel: "shape",
    columns: ["norm", "cosine"],
    rows: ["cube", "ball", "cube"],
    values: [0, 0.5, 1, 0.25, 4, 1],
  });
});

test("what cannot be drawn is refused with the names that there are", async () => {
  await assert.rejects(draw({ x: "size" }), /no column "size"/);
  await assert.rejects(draw({ y: "shape" }), /"shape" holds text/);
  await assert.rejects(draw({ x: "shape" }), /nothing can stand above it/);
});
