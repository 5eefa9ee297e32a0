import assert from "node:assert/strict";
import { test } from "node:test";
import { type FakeRunner, fakeRunner } from "@clipwork/models";
import { plot as plotKind } from "../kinds/plot.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { table as tableKind } from "../kinds/table.ts";
import { runNode } from "../testing/index.ts";
import { assertClose, golden, goldenImages, valuesOf } from "./goldens.fixture.ts";
import { labelProbabilities, meanDirection } from "./label-directions.ts";
import { zeroShot } from "./zero-shot.ts";

const image = (seed: number) => ({ embedding: Float32Array.from({ length: 8 }, (_, i) => Math.sin(seed + i)) });
const run = (params: object = {}, images: object[] = [image(1)], models: FakeRunner = fakeRunner()) =>
  runNode(zeroShot, { images }, params, { models });

test("probabilities of labels with several templates are numpy's", () => {
  const directions = golden.texts.map((templates, i) => ({
    label: String(i),
    direction: meanDirection(
      templates.map((row) => Float32Array.from(row)),
      "",
    ),
  }));
  for (const [i, { embedding }] of goldenImages.entries())
    assertClose(labelProbabilities(embedding, directions, golden.logitScale), golden.probabilities[i]!);
});

test("every label is put into every template, each caption is encoded once, and progress counts them", async () => {
  const { calls, progress } = await run({ labels: "cube\n cube cube \n", templates: "cube {} {}\n{}" });
  // One token a word, between the tokens that begin and end.
  const words = calls.map(({ feeds }) => [...feeds.ids!.data].indexOf(101) - 1);
  assert.deepEqual(words, [3, 1, 4, 2]);
  assert.deepEqual(progress, [[4, 4]]);
});

test("the row of a picture has the likeliest label and probabilities that sum to 1", async () => {
  const labels = ["cube", "cube cube", "cube cube cube"];
  const { outputs } = await run({ labels: labels.join("\n"), templates: "{}" }, [image(1), image(2)]);
  assert.equal(tableKind.check(outputs.table), undefined);
  assert.equal(plotKind.check(outputs.plot), undefined);
  const columns = labels.map((label) => valuesOf<number>(outputs.table, `P(${label})`));
  for (const row of [0, 1]) {
    const shares = columns.map((values) => values[row]!);
    assert.ok(Math.abs(shares.reduce((sum, value) => sum + value) - 1) < 1e-12);
    assert.equal(valuesOf(outputs.table, "label")[row], labels[shares.indexOf(Math.max(...shares))]);
    assert.equal(valuesOf(outputs.table, "probability")[row], Math.max(...shares));
  }
});

test("eight pictures are a series each; of nine the bars show the mean", async () => {
  const seriesOf = async (count: number) => {
    const { outputs } = await run(
      {},
      Array.from({ length: count }, (_, i) => image(i)),
    );
    const plot = outputs.plot as PlotValue;
    assert.ok(plot.plot === "bar");
    return { plot, table: outputs.table };
  };
  assert.equal((await seriesOf(8)).plot.series.length, 8);
  const { plot, table } = await seriesOf(9);
  assert.equal(plot.series.length, 1);
  const all = valuesOf<number>(table, "P(cube)");
  const mean = all.reduce((sum, value) => sum + value) / 9;
  assert.ok(Math.abs((plot.series as readonly { values: readonly number[] }[])[0]!.values[0]! - mean) < 1e-12);
});

test("words that the pack was not trained on are named once", async () => {
  const { notices } = await run({ labels: "cube\ndog", templates: "a {}\nthe {}" });
  assert.deepEqual(notices, [
    'The pack "toybox" was not trained on "a", "the", "dog", so probabilities of labels with them mean little.',
  ]);
  assert.deepEqual((await run({ labels: "cube\ncube cube", templates: "{}" })).notices, []);
});

test("labels, templates and embeddings that cannot be used are refused with what to do", async () => {
  await assert.rejects(run({ labels: "cube" }), /"labels" has 1 line; it takes 2 to 250/);
  await assert.rejects(run({ labels: " \n" }), /has 0 lines/);
  await assert.rejects(run({ labels: Array.from({ length: 251 }, (_, i) => i).join("\n") }), /251 lines/);
  await assert.rejects(run({ labels: "cube\nball\ncube" }), /"cube" stands there twice/);
  await assert.rejects(run({ templates: "" }), /"templates" is empty/);
  await assert.rejects(run({ templates: "a photo" }), { message: /no place for the words/, remedy: /Write "\{\}"/ });
  await assert.rejects(run({}, [{ embedding: new Float32Array(8) }]), /all zeros and has no direction/);
  await assert.rejects(
    run({}, [{ embedding: new Float32Array([1, 2]) }]),
    /has 2 numbers, but those of captions have 8/,
  );
  await assert.rejects(run({}, [{ ...image(1), none: true }]), /stands for no image/);
});

test("opposite templates have no direction between them", () => {
  const opposite = [new Float32Array([1, 0]), new Float32Array([-1, 0])];
  assert.throws(() => meanDirection(opposite, "cube"), /label "cube" is all zeros/);
  assert.throws(() => meanDirection([new Float32Array(2), new Float32Array([1, 0])], "cube"), /is all zeros/);
});

test("a cancelled item encodes no further captions", async () => {
  const controller = new AbortController();
  const models = fakeRunner({ before: () => controller.abort(new Error("cancelled by the test")) });
  const labels = Array.from({ length: 200 }, (_, i) => `cube ${i}`).join("\n");
  const running = runNode(zeroShot, { images: [image(1)] }, { labels }, { models, signal: controller.signal });
  await assert.rejects(running, /cancelled by the test/);
  assert.ok(models.calls.length <= 64, String(models.calls.length));
});
