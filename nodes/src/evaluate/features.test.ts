// The two nodes that compare pictures in the features of a pack's classifier.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type NodeDefinition, NodeError } from "@clipwork/engine";
import { fakeRunner, type Score } from "@clipwork/models";
import { seePicture, standardise } from "../clip/see-picture.ts";
import type { PlotValue } from "../kinds/plot-data.ts";
import { type TableValue, table as tableKind } from "../kinds/table.ts";
import type { NodeServices } from "../stage/services.ts";
import { frechet } from "../statistics/frechet.ts";
import { wilson } from "../statistics/interval.ts";
import { moments } from "../statistics/moments.ts";
import { precisionRecall } from "../statistics/precision-recall.ts";
import { runNode, tinyPack, tinyPackWith } from "../testing/index.ts";
import { frechetOfClassifier } from "./frechet-classifier.ts";
import { precisionAndRecallOfClassifier } from "./precision-recall-classifier.ts";

const picture = (seed: number, size = 8) => ({
  width: size,
  height: size,
  data: Float32Array.from({ length: 3 * size * size }, (_, i) => Math.sin(seed * 1.3 + i * (1 + seed / 7))),
});
const set = (count: number, first = 0) => Array.from({ length: count }, (_, i) => picture(first + i));

const { classifier } = tinyPack.manifest.stages as { readonly classifier: Score };

/** What the classifier sees in each picture, asked one by one. */
async function seen(pictures: readonly ReturnType<typeof picture>[]): Promise<readonly Float64Array[]> {
  const models = fakeRunner();
  const rows: Float64Array[] = [];
  for (const one of pictures) {
    const data = standardise(seePicture(one, classifier.image!), classifier.image!);
    const feeds = { image: { shape: [1, 3, 8, 8], data } };
    const { features } = await models.run({ pack: "tiny", stage: "classifier", feeds });
    rows.push(Float64Array.from(features!.data));
  }
  return rows;
}

async function run(
  node: NodeDefinition<NodeServices>,
  inputs: object,
  params = {},
  options: Parameters<typeof runNode>[3] = {},
) {
  const { outputs, ...more } = await runNode(node, inputs, params, options);
  const { table, plot } = outputs as { table: TableValue; plot: PlotValue };
  assert.equal(tableKind.check(table), undefined);
  return { plot, ...more, values: (name: string) => table.columns.find((one) => one.name === name)?.values };
}

const near = (a: unknown, b: number) =>
  assert.ok(Math.abs((a as number) - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a}, not ${b}`);

test("the Fréchet distance is that of the classifier's features, of more pictures than one call takes", async () => {
  const [made, real] = [set(20), set(30, 50)];
  const { values, plot, calls } = await run(frechetOfClassifier, { made, real }, { resamples: 20 });
  const distance = frechet(moments(await seen(real)), moments(await seen(made)));
  assert.ok(distance > 1e-3, "the sets differ");
  near(values("value")![0], distance);
  assert.deepEqual(values("measure"), ["Fréchet distance (features of the classifier)"]);
  assert.deepEqual(values("items"), [20]);
  const [low, high] = [values("low")![0] as number, values("high")![0] as number];
  assert.ok(low <= distance && distance <= high && low < high);
  assert.match(plot.title, /in the classifier's features$/);
  assert.deepEqual(
    calls.map(({ stage, feeds }) => [stage, feeds.image!.shape[0]]),
    [16, 16, 16, 2].map((count) => ["classifier", count]),
  );
});

test("a set has no Fréchet distance to itself, and pictures of any size are seen at the classifier's", async () => {
  const large = [1, 2, 3].map((seed) => picture(seed, 16));
  const { values, calls } = await run(frechetOfClassifier, { made: large, real: large }, { resamples: 20 });
  assert.ok(Math.abs(values("value")![0] as number) < 1e-6);
  assert.deepEqual(calls[0]!.feeds.image!.shape, [6, 3, 8, 8]);
});

test("each group has a distance of its own; the progress counts pictures, then resamples", async () => {
  const [made, real] = [set(9), set(7, 50)];
  const inputs = { made, real, groups: [2, 2, 2, 2, 2, 1, 1, 1, 1] };
  const { values, plot, notices, progress, previews } = await run(frechetOfClassifier, inputs, { resamples: 20 });
  assert.deepEqual(values("group"), [1, 2]);
  const reference = moments(await seen(real));
  near(values("value")![0], frechet(reference, moments(await seen(made.slice(5)))));
  near(values("value")![1], frechet(reference, moments(await seen(made.slice(0, 5)))));
  assert.match(plot.title, /4 pictures for 8 dimensions: too large/);
  assert.match(notices[0]!, /the groups have 4 to 5: .* cannot be compared/);
  assert.deepEqual(
    [progress[0], progress.at(-1)],
    [
      [16, 56],
      [56, 56],
    ],
  );
  assert.equal(previews.length, 2);
});

test("precision and recall are those of the classifier's features, in sets of one size", async () => {
  const [made, real] = [set(20), set(18, 3)];
  const { values, plot } = await run(precisionAndRecallOfClassifier, { made, real });
  const covered = precisionRecall(await seen(real), await seen(made.slice(0, 18)));
  assert.deepEqual(values("measure"), ["precision", "recall"]);
  for (const [row, right] of [covered.made, covered.real].entries()) {
    const count = right.filter(Boolean).length;
    const [value, low, high, items] = ["value", "low", "high", "items"].map((name) => values(name)![row]);
    assert.deepEqual({ value, low, high, items }, { value: count / 18, ...wilson(count, 18), items: 18 });
  }
  assert.ok(covered.made.includes(true) && covered.made.includes(false), "some are covered and some are not");
  assert.match(plot.title, /in the classifier's features, 3 neighbours, 18 pictures a set/);
  const same = await run(precisionAndRecallOfClassifier, { made: real, real }, { neighbours: 1 });
  assert.deepEqual(same.values("value"), [1, 1]);
  assert.match(same.plot.title, /1 neighbour, 18 pictures/);
});

for (const node of [frechetOfClassifier, precisionAndRecallOfClassifier]) {
  test(`${node.type} is cancelled between two calls of the classifier`, async () => {
    const controller = new AbortController();
    const models = fakeRunner({ before: () => controller.abort(new Error("enough")) });
    const inputs = { made: set(20), real: set(20) };
    await assert.rejects(run(node, inputs, {}, { models, signal: controller.signal }), /enough/);
    assert.equal(models.calls.length, 1);
  });

  test(`${node.type} counts the classifier in its fingerprint`, () => {
    assert.deepEqual([node.stages, node.arrays, node.optionalArrays], [["classifier"], [], []]);
  });
}

const { features: _, ...blind } = classifier;
const few = tinyPackWith({ classifier: blind });
const refusals: readonly [
  node: NodeDefinition<NodeServices>,
  what: string,
  inputs: object,
  message: RegExp,
  options?: object,
][] = [
  [frechetOfClassifier, "no pictures", { made: [], real: set(2) }, /There are 0 of the made pictures, but at least 2/],
  [frechetOfClassifier, "one real picture", { made: set(2), real: set(1) }, /There is 1 of the real pictures/],
  [
    frechetOfClassifier,
    "one picture in a group",
    { made: set(3), real: set(2), groups: [1, 1, 2] },
    /There is 1 of the made pictures in group 2/,
  ],
  [
    frechetOfClassifier,
    "groups of another number",
    { made: set(3), real: set(2), groups: [1, 1] },
    /3 made pictures, but 2 items in/,
  ],
  [
    frechetOfClassifier,
    "a classifier without features",
    { made: set(2), real: set(2) },
    /The classifier of the pack "toybox" gives no features, only labels/,
    { pack: few },
  ],
  [
    precisionAndRecallOfClassifier,
    "fewer than four pictures",
    { made: set(3), real: set(9) },
    /There are 3 of the made pictures, but at least 4/,
  ],
  [
    precisionAndRecallOfClassifier,
    "fewer than four real ones",
    { made: set(5), real: set(3) },
    /There are 3 of the real pictures, but at least 4/,
  ],
  [
    precisionAndRecallOfClassifier,
    "more pictures than it can compare",
    { made: Array(2001).fill(picture(1)), real: Array(2001).fill(picture(2)) },
    /There are 2001 made and real pictures, but at most 2,000/,
  ],
  [
    precisionAndRecallOfClassifier,
    "a classifier without features",
    { made: set(4), real: set(4) },
    /gives no features, only labels/,
    { pack: few },
  ],
];
for (const [node, what, inputs, message, options] of refusals)
  test(`${node.type} refuses ${what}, with what to do, before it sees a picture`, async () => {
    const models = fakeRunner();
    await assert.rejects(run(node, inputs, { pack: "toybox" }, { models, ...options }), (error) => {
      assert.ok(error instanceof NodeError && error.remedy, String(error));
      assert.match(error.message, message);
      return true;
    });
    assert.deepEqual(models.calls, []);
  });
