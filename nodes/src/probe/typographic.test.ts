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
  assert.ok(Math.abs(change[0]! + change[1]!) < 1e-12, "what one label wins another loses");
});

test("the bars are the means over the pictures", async () => {
  const { table, plot } = (await run({ before, after })).outputs as { table: unknown; plot: PlotValue };
  assert.ok(plot.plot === "bar");
  assert.deepEqual(plot.categories, ["cube", "cube cube"]);
  for (const { name, values } of plot.series) {
    const all = valuesOf<number>(table, name);
    assert.deepEqual(values, [(all[0]! + all[2]!) / 2, (all[1]! + all[3]!) / 2]);
  }
});

test("the same pictures before and after change nothing", async () => {
  const { table } = (await run({ before, after: before })).outputs;
  assert.deepEqual(valuesOf(table, "change"), [0, 0, 0, 0]);
});

test("lists of two lengths and embeddings that cannot be compared are refused by name", async () => {
  await assert.rejects(run({ before, after: after.slice(1) }), /2 embeddings before and 1 after/);
  await assert.rejects(
    run({ before, after: [image(1), { embedding: new Float32Array(3) }] }),
    /"after" 2 has 3 numbers/,
  );
  await assert.rejects(run({ before, after: [image(1), { ...image(2), none: true }] }), /stands for no image/);
});
