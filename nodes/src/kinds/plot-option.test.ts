import assert from "node:assert/strict";
import { test } from "node:test";
import type { PlotValue } from "./plot-data.ts";
import { plotOption } from "./plot-option.ts";

const labels = { title: "Norms", xLabel: "step", yLabel: "norm" };
const line = (series: object[], more: object = {}) => ({ ...labels, plot: "line", series, ...more }) as PlotValue;
const one = { name: "one", x: [0, 1], y: [2, 3] };

/** The option as its drawer reads it. */
// biome-ignore lint/suspicious/noExplicitAny: the library's options are open records.
const read = (plot: PlotValue): any => plotOption(plot);

test("a line goes through its points in their order; many points have no marks", () => {
  const { series } = read(line([one]));
  assert.deepEqual(
    [series[0].type, series[0].name, series[0].data],
    [
      "line",
      "one",
      [
        [0, 2],
        [1, 3],
      ],
    ],
  );
  const marked = (length: number) => {
    const x = Array.from({ length }, (_, i) => i);
    return read(line([{ name: "many", x, y: x }])).series[0].showSymbol;
  };
  assert.deepEqual([marked(60), marked(61)], [true, false]);
});

test("only several series have a legend, and room for it", () => {
  const alone = read(line([one]));
  assert.equal(alone.legend, undefined);
  const both = read(line([one, { ...one, name: "two" }]));
  assert.deepEqual(both.legend.data, ["one", "two"]);
  assert.ok(both.grid.bottom > alone.grid.bottom);
});

test("axes have the plot's labels, and a title takes room only if there is one", () => {
  const titled = read(line([one]));
  assert.deepEqual([titled.xAxis.name, titled.yAxis.name, titled.title.text], ["step", "norm", "Norms"]);
  assert.ok(read(line([one], { title: "" })).grid.top < titled.grid.top);
});

test("a name from a workflow is shown as text, never as HTML", () => {
  for (const plot of ["line", "scatter"] as const)
    assert.equal(read(line([{ ...one, name: "<b>" }], { plot })).tooltip.renderMode, "richText");
});

test("a histogram names each bin by its middle, in four digits", () => {
  const { xAxis, series } = read({
    ...labels,
    plot: "histogram",
    edges: [0, 1, 1.000002],
    series: [{ name: "counts", values: [5, 7] }],
  });
  assert.deepEqual(xAxis.data, ["0.5", "1"]);
  assert.deepEqual(series[0].data, [5, 7]);
});

test("a heat map has its rows from the top, a cell per column and row, and a scale that is no point", () => {
  const map = { ...labels, plot: "heat-map", columns: ["a", "b"], rows: ["c", "d"] } as const;
  const { series, yAxis, visualMap, legend } = read({ ...map, values: [1, 2, 3, 4.00004] });
  assert.deepEqual(series[0].data, [
    [0, 0, 1],
    [1, 0, 2],
    [0, 1, 3],
    [1, 1, 4],
  ]);
  assert.deepEqual([yAxis.inverse, yAxis.data, legend], [true, ["c", "d"], undefined]);
  assert.deepEqual([visualMap.min, visualMap.max], [1, 4.00004]);
  const even = read({ ...map, values: [2, 2, 2, 2] }).visualMap;
  assert.deepEqual([even.min, even.max], [1.5, 2.5]);
});

test("row names of a heat map have the width that they need; longer ones wrap, and end in … where there are many rows", () => {
  const names = (count: number, name: string) => {
    const rows = Array.from({ length: count }, () => name);
    const { yAxis, grid } = read({ ...labels, plot: "heat-map", columns: ["a"], rows, values: rows.map(() => 1) });
    assert.ok(
      grid.left > 1.25 * yAxis.axisLabel.width,
      "there is room for what the library draws wider than it thinks",
    );
    return [yAxis.axisLabel.width, yAxis.axisLabel.overflow];
  };
  assert.deepEqual(names(2, "a"), [64, "break"]);
  assert.deepEqual(names(2, "x".repeat(24)), [168, "break"]);
  assert.deepEqual(names(16, "x".repeat(300)), [168, "break"]);
  assert.deepEqual(names(17, "x".repeat(300)), [168, "truncate"]);
});

test("up to ten columns of a heat map all have their names, and room for their lines", () => {
  const names = (count: number, name: string) => {
    const columns = Array.from({ length: count }, () => name);
    const { xAxis, grid } = read({ ...labels, plot: "heat-map", columns, rows: ["a"], values: columns.map(() => 1) });
    return [xAxis.axisLabel.interval, xAxis.axisLabel.overflow, grid.bottom];
  };
  assert.deepEqual(names(2, "a"), [0, "break", 56]);
  assert.deepEqual(names(6, "a red cube on grass"), [0, "break", 71]);
  assert.deepEqual(names(10, "x".repeat(300)), [0, "truncate", 56]);
  assert.deepEqual(names(11, "a"), [undefined, undefined, 56]);
});

test("numbers stand in the cells of a small heat map only", () => {
  const shown = (side: number) => {
    const names = Array.from({ length: side }, (_, i) => `${i}`);
    const values = Array<number>(side * side).fill(1);
    return read({ ...labels, plot: "heat-map", columns: names, rows: names, values }).series[0].label.show;
  };
  assert.deepEqual([shown(8), shown(9)], [true, false]);
});

test("an interval is a stroke from low to high that ends before the next one, of its series' name", () => {
  const { series, legend } = read(
    line([
      { ...one, low: [1, 2], high: [3, 4] },
      { ...one, name: "bare" },
    ]),
  );
  assert.deepEqual(
    series.map(({ name }: { name: string }) => name),
    ["one", "bare", "one"],
  );
  assert.deepEqual(series[2].data, [
    [0, 1],
    [0, 3],
    [0, null],
    [1, 2],
    [1, 4],
    [1, null],
  ]);
  assert.deepEqual(legend.data, ["one", "bare"], "the strokes are no series of their own");
});
