import assert from "node:assert/strict";
import { test } from "node:test";
import { plotRows } from "./plot-rows.ts";

const labels = { title: "", xLabel: "", yLabel: "" };
const named = { title: "", xLabel: "step", yLabel: "norm" };
const one = { name: "one", x: [0, 1], y: [2, 3] };

test("points are written one a row, series by series, under the plot's labels or plain names", () => {
  const series = [one, { name: "two", x: [5], y: [6] }];
  const rows = [
    ["one", 0, 2],
    ["one", 1, 3],
    ["two", 5, 6],
  ];
  for (const plot of ["line", "scatter"] as const) {
    assert.deepEqual(plotRows({ ...named, plot, series }), [["series", "step", "norm"], ...rows]);
    assert.deepEqual(plotRows({ ...labels, plot, series }), [["series", "x", "y"], ...rows]);
  }
});

test("bars are written with their categories, bins with both edges", () => {
  const series = [{ name: "one", values: [1, 2] }];
  assert.deepEqual(plotRows({ ...labels, plot: "bar", categories: ["a", "b"], series }), [
    ["series", "category", "value"],
    ["one", "a", 1],
    ["one", "b", 2],
  ]);
  assert.deepEqual(plotRows({ ...named, plot: "histogram", edges: [0, 1, 3], series }), [
    ["series", "from", "to", "norm"],
    ["one", 0, 1, 1],
    ["one", 1, 3, 2],
  ]);
});

test("cells of a heat map are written row by row", () => {
  const map = { ...labels, plot: "heat-map", columns: ["a", "b"], rows: ["c", "d"], values: [1, 2, 3, 4] } as const;
  assert.deepEqual(plotRows(map), [
    ["row", "column", "value"],
    ["c", "a", 1],
    ["c", "b", 2],
    ["d", "a", 3],
    ["d", "b", 4],
  ]);
});

test("intervals have columns of their own, which are empty for a series without them", () => {
  const series = [
    { ...one, low: [1, 2], high: [3, 4] },
    { name: "bare", x: [5], y: [6] },
  ];
  assert.deepEqual(plotRows({ ...labels, plot: "line", series }), [
    ["series", "x", "y", "low", "high"],
    ["one", 0, 2, 1, 3],
    ["one", 1, 3, 2, 4],
    ["bare", 5, 6, null, null],
  ]);
  const bars = {
    ...labels,
    plot: "bar",
    categories: ["a"],
    series: [{ name: "one", values: [2], low: [1], high: [3] }],
  };
  assert.deepEqual(plotRows(bars as Parameters<typeof plotRows>[0]), [
    ["series", "category", "value", "low", "high"],
    ["one", "a", 2, 1, 3],
  ]);
});
