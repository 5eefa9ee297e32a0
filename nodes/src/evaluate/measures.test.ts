import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeError } from "@clipwork/engine";
import { plot as plotKind } from "../kinds/plot.ts";
import { table as tableKind } from "../kinds/table.ts";
import { groupItems, type Keys, type Measured, measurePlot, measureTable, requireItems } from "./measures.ts";

const keys = (more: Partial<Keys> = {}): Keys => ({ series: undefined, groups: undefined, ...more });
const measure = (name: string, value: number) => ({ name, value, low: value - 1, high: value + 1, count: 3 });

test("without names and numbers all items are one group", () => {
  assert.deepEqual(groupItems(3, keys(), "pictures"), [{ items: [0, 1, 2] }]);
});

test("groups stand in the order of their numbers, series in that of their first use, items in that of the list", () => {
  const groups = [3, 1, 3, 1, 2];
  assert.deepEqual(groupItems(5, keys({ groups }), "pictures"), [
    { group: 1, items: [1, 3] },
    { group: 2, items: [4] },
    { group: 3, items: [0, 2] },
  ]);
  const series = ["b", "b", "a", "a", "b"];
  assert.deepEqual(groupItems(5, keys({ series }), "pictures"), [
    { series: "b", items: [0, 1, 4] },
    { series: "a", items: [2, 3] },
  ]);
  assert.deepEqual(groupItems(5, keys({ series, groups }), "pictures"), [
    { series: "b", group: 1, items: [1] },
    { series: "b", group: 2, items: [4] },
    { series: "b", group: 3, items: [0] },
    { series: "a", group: 1, items: [3] },
    { series: "a", group: 3, items: [2] },
  ]);
});

test("lists of another length are refused by the name of their input", () => {
  for (const given of [keys({ groups: [1, 2] }), keys({ series: ["a", "b"] })])
    assert.throws(
      () => groupItems(3, given, "pictures"),
      (error) => {
        assert.ok(error instanceof NodeError && error.remedy, String(error));
        assert.match(error.message, /There are 3 pictures, but 2 items in "(groups|series)"/);
        return true;
      },
    );
});

test("too few items are refused with what they are of", () => {
  requireItems(2, 2, "pictures");
  assert.throws(() => requireItems(1, 2, "pictures"), /There is 1 of the pictures, but at least 2 are needed/);
  assert.throws(() => requireItems(0, 1, "pictures", { series: "a", group: 3 }), /pictures in group 3 of "a", but/);
});

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
