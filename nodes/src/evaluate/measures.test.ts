import assert from "node:assert/strict";
import { test } from "node:test";
import { plot as plotKind } from "../kinds/plot.ts";
import { table as tableKind } from "../kinds/table.ts";
import { type Measured, measurePlot, measureTable } from "./measures.ts";

const measure = (name: string, value: number) => ({ name, value, low: value - 1, high: value + 1, count: 3 });

const both: readonly Measured[] = [
  { series: "stack", group: 1, measures: [measure("precision", 5), measure("recall", 6)] },
  { series: "stack", group: 2, measures: [measure("precision", 7), measure("recall", 8)] },
  { series: "caption", group: 2, measures: [measure("precision", 3), measure("recall", 4)] },
];

test("a table has a row per figure, with series and group where there are such", () => {
  const table = measureTable(both);
  assert.equal(tableKind.check(table), undefined);
  assert.deepEqual(
    table.columns.map(({ name, values }) => [name, values[3]]),
    [
      ["series", "stack"],
      ["group", 2],
      ["measure", "recall"],
      ["value", 8],
      ["low", 7],
      ["high", 9],
      ["items", 3],
    ],
  );
  const plain = measureTable([{ measures: [measure("precision", 5)] }]);
  assert.deepEqual(
    plain.columns.map(({ name }) => name),
    ["measure", "value", "low", "high", "items"],
  );
});

test("a plot has a line per measure and series over the groups, with intervals", () => {
  const plot = measurePlot("Title", "share", both);
  assert.equal(plotKind.check(plot), undefined);
  assert.ok(plot.plot === "line");
  assert.deepEqual(plot.series, [
    { name: "precision, stack", x: [1, 2], y: [5, 7], low: [4, 6], high: [6, 8] },
    { name: "recall, stack", x: [1, 2], y: [6, 8], low: [5, 7], high: [7, 9] },
    { name: "precision, caption", x: [2], y: [3], low: [2], high: [4] },
    { name: "recall, caption", x: [2], y: [4], low: [3], high: [5] },
  ]);
  const single = both.map(({ measures, ...key }) => ({ ...key, measures: measures.slice(0, 1) }));
  const lines = measurePlot("Title", "share", single);
  assert.ok(lines.plot === "line");
  assert.deepEqual(
    lines.series.map(({ name }) => name),
    ["stack", "caption"],
  );
});

test("without groups a plot has a bar per measure and series", () => {
  const bars = (measured: readonly Measured[]) => {
    const plot = measurePlot("Title", "share", measured);
    assert.equal(plotKind.check(plot), undefined);
    assert.ok(plot.plot === "bar");
    return [plot.categories, plot.series[0]!.values];
  };
  assert.deepEqual(bars([{ measures: [measure("precision", 5), measure("recall", 6)] }]), [
    ["precision", "recall"],
    [5, 6],
  ]);
  const named = (series: string, value: number) => ({ series, measures: [measure("score", value)] });
  assert.deepEqual(bars([named("stack", 5), named("caption", 2)]), [
    ["stack", "caption"],
    [5, 2],
  ]);
});
