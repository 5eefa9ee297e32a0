import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeError } from "@clipwork/engine";
import { fakeRunner } from "@clipwork/models";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { type TableValue, table as tableKind } from "../kinds/table.ts";
import { wilson } from "../statistics/interval.ts";
import { runNode, tinyPackWith } from "../testing/index.ts";
import { read } from "./read.ts";

const picture = (value: number, size = 8) => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(value + i)),
});
const values = ({ columns }: TableValue, name: string) => columns.find((one) => one.name === name)?.values;

async function run(inputs: object, options: Parameters<typeof runNode>[3] = {}) {
  const { outputs, ...more } = await runNode(read, inputs, {}, options);
  const { table, summary, plot } = outputs as { table: TableValue; summary: TableValue; plot: PlotValue };
  for (const value of [table, summary]) assert.equal(tableKind.check(value), undefined);
  assert.equal(plotKind.check(plot), undefined);
  return { table, summary, plot, ...more };
}

test("without captions each picture's labels are reported with their probabilities, and how certain they are on average", async () => {
  const images = [1, 2, 3].map((value) => picture(value));
  const { table, summary, plot, calls } = await run({ images });
  assert.deepEqual(values(table, "item"), [0, 1, 2]);
  for (const label of values(table, "floor")!) assert.ok(["sand", "grass"].includes(label as string));
  const floors = values(table, "floor probability") as number[];
  for (const probability of floors) assert.ok(probability >= 0.5 && probability <= 1);
  assert.equal(values(table, "agreement"), undefined);
  const place = values(summary, "measure")!.indexOf("floor");
  const mean = floors.reduce((sum, value) => sum + value, 0) / 3;
  assert.ok(Math.abs((values(summary, "value")![place] as number) - mean) < 1e-12);
  assert.ok((values(summary, "low")![place] as number) <= mean && mean <= (values(summary, "high")![place] as number));
  assert.equal(plot.plot, "bar");
  assert.deepEqual(
    calls.map(({ stage, feeds }) => [stage, feeds.image!.shape]),
    [["classifier", [3, 3, 8, 8]]],
  );
});

test("a thing that the classifier does not count has no labels in the table", async () => {
  const { table } = await run({ images: Array.from({ length: 12 }, (_, i) => picture(i)) });
  const counts = values(table, "count")!.map(Number);
  assert.ok(new Set(counts).size > 1, "the fake counts differently");
  for (const slot of [1, 2])
    assert.deepEqual(
      values(table, `solid ${slot}`)!.map((label) => label !== null),
      counts.map((count) => count >= slot),
    );
});

test("captions are counted with Wilson's intervals, one for each picture or one for all", async () => {
  const images = Array.from({ length: 6 }, (_, i) => picture(i));
  const { table, summary, plot } = await run({ images, captions: ["a red cube on sand"] });
  const floors = values(table, "floor")!;
  assert.deepEqual(
    values(table, "floor right"),
    floors.map((floor) => floor === "sand"),
  );
  const right = floors.filter((floor) => floor === "sand").length;
  const row = values(summary, "measure")!.indexOf("floor");
  const [value, low, high, items] = ["value", "low", "high", "items"].map((name) => values(summary, name)![row]);
  assert.deepEqual({ value, low, high, items }, { value: right / 6, ...wilson(right, 6), items: 6 });
  assert.deepEqual(values(summary, "measure"), ["agreement", "colour", "shape", "floor"]);
  const agreed = values(table, "agreement")!;
  const parts = ["colour", "shape", "floor"].map((name) => values(table, `${name} right`)!);
  assert.deepEqual(
    agreed,
    agreed.map((_, i) => parts.every((part) => part[i] === true)),
  );
  assert.deepEqual(plot.plot === "bar" && plot.series[0]!.low, values(summary, "low"));
  const each = await run({ images, captions: images.map((_, i) => (i < 3 ? "on sand" : "a blue ball")) });
  assert.deepEqual(
    values(each.table, "floor right")!.map((one) => one === null),
    [false, false, false, true, true, true],
  );
});

test("a caption that names nothing counts nowhere, and is reported", async () => {
  const images = [1, 2, 3].map((value) => picture(value));
  const { table, summary, notices } = await run({ images, captions: ["on sand", "xyzzy", "on sand"] });
  assert.deepEqual(values(summary, "items"), [2, 2]);
  assert.equal(values(table, "agreement")![1], null);
  assert.match(notices.join(), /1 captions name nothing that the classifier reads, such as "xyzzy"/);
});

test("groups are counted each, in the order of their numbers", async () => {
  const images = Array.from({ length: 6 }, (_, i) => picture(i));
  const { summary, plot } = await run({ images, captions: ["on sand"], groups: [3, 1, 3, 1, 1, 2] });
  assert.deepEqual(values(summary, "group"), [1, 1, 2, 2, 3, 3]);
  assert.deepEqual(values(summary, "items"), [3, 3, 1, 1, 2, 2]);
  assert.ok(plot.plot === "line");
  assert.deepEqual(
    plot.series.map(({ name, x }) => [name, x]),
    [
      ["agreement", [1, 2, 3]],
      ["floor", [1, 2, 3]],
    ],
  );
});

test("pictures of other sizes are read as the classifier sees them; many are read in several calls, shown meanwhile", async () => {
  const images = Array.from({ length: 40 }, (_, i) => picture(i, i % 2 ? 8 : 11));
  const { table, calls, progress, previews } = await run({ images });
  assert.equal(values(table, "item")!.length, 40);
  assert.deepEqual(
    calls.map(({ feeds }) => feeds.image!.shape[0]),
    [16, 16, 8],
  );
  assert.deepEqual(progress, [
    [0, 40],
    [16, 40],
    [32, 40],
    [40, 40],
  ]);
  assert.deepEqual(
    previews.map(({ port }) => port),
    ["table", "table", "table"],
  );
});

test("is cancelled between two calls", async () => {
  const controller = new AbortController();
  const models = fakeRunner({ before: () => controller.abort(new Error("enough")) });
  const images = Array.from({ length: 40 }, (_, i) => picture(i));
  await assert.rejects(run({ images }, { models, signal: controller.signal }), /enough/);
  assert.equal(models.calls.length, 1);
});

const { classifier } = tinyPackWith({}).manifest.stages;
const { wording: _, ...wordless } = classifier as { wording: unknown };
const refusals: readonly [what: string, inputs: object, message: RegExp, options?: object][] = [
  ["no pictures", { images: [] }, /There are 0 of the pictures, but at least 1/],
  [
    "too few captions",
    { images: [picture(1), picture(2), picture(3)], captions: ["a cube", "a ball"] },
    /3 pictures, but 2 captions/,
  ],
  [
    "a caption of nothing",
    { images: [picture(1)], captions: ["xyzzy"] },
    /"xyzzy" names nothing that the classifier reads/,
  ],
  ["groups of another number", { images: [picture(1)], groups: [1, 2] }, /1 pictures, but 2 items in "groups"/],
  [
    "captions without wording",
    { images: [picture(1)], captions: ["a cube"] },
    /no wording/,
    { pack: tinyPackWith({ classifier: wordless as never }) },
  ],
];
for (const [what, inputs, message, options] of refusals)
  test(`refuses ${what}, with what to do`, () =>
    assert.rejects(run(inputs, options), (error) => {
      assert.ok(error instanceof NodeError && error.remedy, String(error));
      assert.match(error.message, message);
      return true;
    }));
