import assert from "node:assert/strict";
import { test } from "node:test";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { table as tableKind } from "../kinds/table.ts";
import { runNode } from "../testing/index.ts";
import { valuesOf } from "./goldens.fixture.ts";
import { typographic } from "./typographic.ts";
import { zeroShot } from "./zero-shot.ts";

const image = (seed: number) => ({ embedding: Float32Array.from({ length: 8 }, (_, i) => Math.sin(seed + i)) });
const params = { labels: "cube\ncube cube", templates: "{}\ncube {}", logitScale: 5 };
const [before, after] = [
  [image(1), image(2)],
  [image(3), image(4)],
];
const run = (inputs: object) => runNode(typographic, inputs, params);

test("before and after are the probabilities of zero-shot, a row for each picture and label", async () => {
  const { table, plot } = (await run({ before, after })).outputs;
  assert.equal(tableKind.check(table), undefined);
  assert.equal(plotKind.check(plot), undefined);
  assert.deepEqual(valuesOf(table, "item"), [0, 0, 1, 1]);
  assert.deepEqual(valuesOf(table, "label"), ["cube", "cube cube", "cube", "cube cube"]);
  for (const [name, images] of Object.entries({ before, after })) {
    const alone = (await runNode(zeroShot, { images }, params)).outputs.table;
    const [first, second] = ["cube", "cube cube"].map((label) => valuesOf<number>(alone, `P(${label})`));
    assert.deepEqual(valuesOf(table, name), [first![0], second![0], first![1], second![1]]);
  }
  const change = valuesOf<number>(table, "change");
  const [was, is] = ["before", "after"].map((name) => valuesOf<number>(table, name)[0]!);
  assert.equal(change[0], is! - was!);
  assert.ok(Math.abs(change[0]! + change[1]!) < 1e-12, "what one label wins another loses");
});

test("the bars are before, on average, and each after by its word; of nine the mean", async () => {
  const inputs = { before, after, words: ["cube", "ball"] };
  const { table, plot } = (await run(inputs)).outputs as { table: unknown; plot: PlotValue };
  assert.ok(plot.plot === "bar");
  assert.deepEqual(plot.categories, ["cube", "cube cube"]);
  assert.deepEqual(valuesOf(table, "word"), ["cube", "cube", "ball", "ball"]);
  const [first, ...more] = plot.series;
  const all = valuesOf<number>(table, "before");
  assert.deepEqual(first, { name: "before", values: [(all[0]! + all[2]!) / 2, (all[1]! + all[3]!) / 2] });
  const made = valuesOf<number>(table, "after");
  assert.deepEqual(more, [
    { name: 'with "cube"', values: made.slice(0, 2) },
    { name: 'with "ball"', values: made.slice(2) },
  ]);
  const nine = Array.from({ length: 9 }, (_, i) => image(i));
  const many = (await run({ before: [image(1)], after: nine })).outputs.plot as PlotValue;
  assert.ok(many.plot === "bar");
  assert.deepEqual(
    many.series.map(({ name }) => name),
    ["before", "after"],
  );
});

test("bars of one word on several pictures have names of their own", async () => {
  const { plot } = (await run({ before, after, words: ["cube", "cube"] })).outputs as { plot: PlotValue };
  assert.ok(plot.plot === "bar");
  assert.deepEqual(
    plot.series.map(({ name }) => name),
    ["before", 'with "cube"', 'with "cube" (2)'],
  );
});

test("the same pictures before and after change nothing", async () => {
  const { table } = (await run({ before, after: before })).outputs;
  assert.deepEqual(valuesOf(table, "change"), [0, 0, 0, 0]);
});

test("one picture before stands for all after", async () => {
  const one = (await run({ before: [image(1)], after })).outputs;
  const each = (await run({ before: [image(1), image(1)], after })).outputs;
  assert.deepEqual(one, each);
});

test("lists of two lengths and embeddings that cannot be compared are refused by name", async () => {
  await assert.rejects(run({ before, after, words: ["cube"] }), /2 embeddings, but 1 item in "words"/);
  await assert.rejects(run({ before, after: after.slice(1) }), /2 embeddings before and 1 after/);
  await assert.rejects(
    run({ before, after: [image(1), { embedding: new Float32Array(3) }] }),
    /"after" 2 has 3 numbers/,
  );
  await assert.rejects(run({ before, after: [image(1), { ...image(2), none: true }] }), /stands for no image/);
});
